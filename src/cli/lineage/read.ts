import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import { currentOf, foldLineages, LINEAGE_TYPES, type Lineage, type LineageGeneration } from '../../ouroboros/view/lineage.ts';
import { ifLogged } from '../boot.ts';

/** Every lineage of a home, the oldest first. */
export async function lineagesIn(home: AbsPath): Promise<readonly Lineage[]> {
  const store = ifLogged(home);
  if (!store) return [];
  try {
    const events: KernelEvent[] = [];
    for await (const event of store.read({ types: LINEAGE_TYPES })) events.push(event);
    return foldLineages(events);
  } finally {
    store.close();
  }
}

/** The one that is meant: by a run of it, or by the id or the digest of one of its seeds; a beginning is enough. Throws NOT_FOUND, USAGE. */
export function lineageNamed(lineages: readonly Lineage[], name: string): Lineage {
  const exact = lineages.filter((one) => namesOf(one).includes(name));
  const found = exact.length > 0 ? exact : lineages.filter((one) => name !== '' && namesOf(one).some((each) => each.startsWith(name)));
  const [only, second] = found;
  if (only && !second) return only;
  if (!only) throw new OxiosError('NOT_FOUND', `no lineage ${name.slice(0, 100)}`, { hint: 'see them with: oxios lineage' });
  throw new OxiosError('USAGE', `${name.slice(0, 100)} fits ${found.length} lineages`, {
    hint: `name one by its run: ${found
      .slice(-MAX_SHOWN)
      .map((one) => one.id)
      .join(', ')}`,
  });
}

/** The newest ones. */
const MAX_SHOWN = 3;

const namesOf = ({ runs, generations }: Lineage): readonly string[] => [
  ...runs.map((one) => one.run),
  ...generations.flatMap((one) => [one.digest, ...(one.seed ? [one.seed.metadata.seed_id] : [])]),
];

/** The generation of that number that counts. Throws NOT_FOUND. */
export function generationIn(lineage: Lineage, number: number): LineageGeneration {
  const current = currentOf(lineage);
  const found = current.find((one) => one.generation === number);
  if (found) return found;
  throw new OxiosError('NOT_FOUND', `lineage ${lineage.id} has no generation ${number}`, {
    hint: `it has ${current.map((one) => one.generation).join(', ')}: oxios lineage ${lineage.id}`,
  });
}

/** The run that a lineage was last worked on in. */
export const lastRunOf = ({ runs }: Lineage): { readonly run: RunId; readonly outcome: string | null } => {
  const last = runs.at(-1);
  if (!last) throw new Error('a lineage has a run');
  return { run: last.run as RunId, outcome: last.outcome };
};

/** Everything that a run has logged. */
export async function eventsOf(home: AbsPath, run: RunId): Promise<readonly KernelEvent[]> {
  const store = ifLogged(home);
  const events: KernelEvent[] = [];
  if (store) for await (const event of store.read({ run })) events.push(event);
  store?.close();
  return events;
}
