import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import { withEdited } from '../store/set.ts';
import type { Context } from './context.ts';
import { specification } from './work.ts';

/** The specification in the editor: that of an interview is changed before anybody works on it, that of a run begins another generation. */
export async function editSeed(context: Context, run: RunId): Promise<void> {
  const { ports, screen, store } = context;
  await recallSeed(context, run);
  const before = context.drafts.get(run) ?? (await specification(context, run));
  const after = await screen.away(() => ports.edit(before, '.yaml'));
  if (after === undefined) return context.info('the specification was left as it is');
  // What was typed is not lost with a mistake in it: the editor begins there next time.
  context.drafts.set(run, after);
  if (store.state().interviews.has(run)) await change(context, run, after);
  else await child(context, run, after);
  context.drafts.delete(run);
}

export interface Saving {
  readonly run: RunId;
  readonly file: string;
  readonly replace: boolean;
}

/** To a file. One that is there already is asked about. */
export async function saveSeed(context: Context, { run, file, replace }: Saving): Promise<void> {
  const { ports, store, saved } = context;
  const yaml = await specification(context, run);
  try {
    await ports.files.write(file, yaml, replace);
  } catch (error) {
    if (replace || !isTaken(error)) throw error;
    const title = 'it is there already: Enter replaces it, or give it another name';
    store.apply({ ui: 'open', overlay: { is: 'form', title, value: file, submit: { is: 'save-seed', run, replace: file } } });
    return;
  }
  saved.set(run, file);
  context.info(`wrote ${file}`);
}

const isTaken = (error: unknown): boolean => error instanceof OxiosError && error.code === 'USAGE';

/** It has to be one that work could begin on. */
async function change(context: Context, run: RunId, yaml: string): Promise<void> {
  await context.ports.requests.run(yaml);
  shown(context, run, yaml);
  await context.ports.memory.keepSeed(run, yaml);
  context.info('the specification is changed', 'look at it, and work on it, in the Seed pane');
}

/** What a person changed of it in a shell before this one is there again. */
export async function recallSeed(context: Context, run: RunId): Promise<void> {
  if (context.edited.has(run)) return;
  const yaml = await context.ports.memory.seed(run);
  if (yaml !== undefined) shown(context, run, yaml);
}

function shown(context: Context, run: RunId, yaml: string): void {
  context.edited.set(run, yaml);
  context.store.set((state) => withEdited(state, run, yaml));
}

async function child(context: Context, run: RunId, yaml: string): Promise<void> {
  const kernel = await context.kernel();
  await kernel.start(await context.ports.requests.evolve(run, yaml));
  context.store.apply({ ui: 'focus', pane: 'seed' });
}
