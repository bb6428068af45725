import type { RunId } from '../../kernel/ids.ts';
import type { GenerationRecord } from '../../ouroboros/view/generations.ts';
import type { Interview } from '../../ouroboros/view/interview.ts';
import type { Progress } from '../../ouroboros/view/progress.ts';
import type { ShellState } from '../state.ts';

type Known = Pick<ShellState, 'interviews' | 'work' | 'runs' | 'selected' | 'edited'>;

/** What the Seed pane shows: the work on a seed, or the one an interview ended with, that nobody works on yet. */
export type SeedInFront =
  | { readonly is: 'work'; readonly run: RunId; readonly progress: Progress; readonly isAlive: boolean }
  | { readonly is: 'written'; readonly run: RunId; readonly interview: Interview; readonly yaml: string; readonly isEdited: boolean };

/** Of the process in front; else what goes on; else the newest. */
export function seedInFront(state: Known): SeedInFront | undefined {
  const all = [...seedsIn(state)].sort((a, b) => (a.run < b.run ? -1 : 1));
  const selects = (one: SeedInFront): boolean => state.runs.get(one.run)?.procs.some(({ pid }) => pid === state.selected) === true;
  return all.find(selects) ?? all.findLast((one) => one.is === 'work' && one.isAlive) ?? all.at(-1);
}

function* seedsIn({ interviews, work, runs, edited }: Known): Generator<SeedInFront> {
  for (const [run, progress] of work) if (progress.generations.length > 0) yield { is: 'work', run, progress, isAlive: runs.get(run)?.status === 'running' };
  for (const [run, interview] of interviews) {
    const changed = edited?.get(run);
    const yaml = changed ?? interview.yaml;
    if (yaml !== undefined) yield { is: 'written', run, interview, yaml, isEdited: changed !== undefined };
  }
}

/** Whether it has what is searched for in the pane. */
export const isWanted = (filter: string, ...texts: readonly string[]): boolean =>
  filter === '' || texts.some((text) => text.toLowerCase().includes(filter.toLowerCase()));

/** The generations that led to this run's last one, the oldest first, also those of runs before. */
export function lineageOf(work: ShellState['work'], progress: Progress): readonly GenerationRecord[] {
  const known = [...work.values()].flatMap((one) => one.generations);
  const chain = [...progress.generations];
  for (let first = chain[0]; first?.parent_digest; first = chain[0]) {
    const { parent_digest } = first;
    const parent = known.findLast((one) => one.digest === parent_digest && !chain.includes(one));
    if (!parent) break;
    chain.unshift(parent);
  }
  return chain;
}
