import type { RunId } from '../../kernel/ids.ts';
import type { Outcome } from '../intent.ts';
import { moveIn } from '../overlays/scrolled.ts';
import type { ShellState } from '../state.ts';
import { seedPlaces, seedText } from './seed.ts';
import { type SeedInFront, seedInFront } from './seed-state.ts';

/** What a key comes to in the Seed pane; undefined: it means nothing there. */
export function actOnSeed(action: string, state: ShellState): Outcome | undefined {
  const front = seedInFront(state);
  if (!front) return undefined;
  const places = seedPlaces(state);
  const at = Math.max(0, Math.min(state.scroll.seed.at, places.length - 1));
  if (action === 'top' || action === 'bottom') return { ui: [{ ui: 'move', by: (action === 'top' ? 0 : places.length - 1) - at }] };
  return (
    doneWith(front, action, state) ?? toGeneration(action, places, at) ?? unfolded(action, places[at]) ?? moveIn(action, at, Math.max(1, places.length), PAGE)
  );
}

/** Things a page key goes. */
const PAGE = 10;

function doneWith(front: SeedInFront, action: string, state: ShellState): Outcome | undefined {
  const { run } = front;
  if (action === 'page') return { world: [{ do: 'page', title: 'seed', text: `${seedText(state)}\n` }] };
  if (action === 'save') return { ui: [{ ui: 'open', overlay: saveForm(run) }] };
  if (front.is === 'written') {
    if (action === 'approve') return { world: [{ do: 'run', from: { interview: run } }] };
    return action === 'edit' ? { world: [{ do: 'edit-seed', run }] } : undefined;
  }
  if (action !== 'evolve' && action !== 'edit') return undefined;
  if (front.isAlive)
    return { ui: [{ ui: 'notice', tone: 'warn', text: 'it is still worked on', hint: 'wait for the verdicts, or end the work in the Agents pane' }] };
  return { world: [action === 'evolve' ? { do: 'evolve', run } : { do: 'edit-seed', run }] };
}

const saveForm = (run: RunId) => ({ is: 'form', title: 'Write the seed to', value: 'seed.yaml', submit: { is: 'save-seed', run } }) as const;

/** To the generation before or after the one that is selected; from elsewhere to the newest. */
function toGeneration(action: string, places: readonly string[], at: number): Outcome | undefined {
  if (action !== 'generation-before' && action !== 'generation-after') return undefined;
  const first = places.findIndex((one) => one.startsWith('generation '));
  if (first < 0) return undefined;
  const by = action === 'generation-before' ? -1 : 1;
  const to = at < first ? places.length - 1 : Math.max(first, Math.min(places.length - 1, at + by));
  return { ui: [{ ui: 'move', by: to - at }] };
}

const unfolded = (action: string, id: string | undefined): Outcome | undefined =>
  action === 'open' && id !== undefined && !id.startsWith('line ') ? { ui: [{ ui: 'unfold', item: id }] } : undefined;
