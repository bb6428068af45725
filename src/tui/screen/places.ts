import { slash, slashEntries } from '../commands/slash.ts';
import type { RouteParts } from '../input/route-parts.ts';
import type { Outcome } from '../intent.ts';
import { actIn, typeIn } from '../overlays/act.ts';
import { actOn } from '../panes/act.ts';
import { actOnInterview } from '../panes/act-interview.ts';
import { actOnSeed } from '../panes/act-seed.ts';
import { agentAt, agentsTop } from '../panes/agents.ts';
import type { ShellState } from '../state.ts';
import { layoutFor } from './frame.ts';
import { paneAt } from './layout.ts';

/** Who is asked what a key or a click comes to, by where it is. */
export const PLACES: RouteParts = {
  actOn(pane, action, state, nth) {
    if (pane === 'interview') return actOnInterview(action, state, nth);
    return pane === 'seed' ? actOnSeed(action, state) : actOn(pane, action, state);
  },
  actIn,
  typeIn,
  slash,
  commands: (query) => slashEntries(query).map(({ name, args, does }) => ({ text: name, note: args === '' ? does : `${args}  ${does}` })),
  paneAt: (state, x, y) => paneAt(layoutFor(state), x, y),
  clickAt,
};

/** A click on an agent selects it. */
function clickAt(state: ShellState, x: number, y: number): Outcome {
  const layout = layoutFor(state);
  const place = layout.panes.find(({ pane }) => pane === 'agents');
  if (!place || paneAt(layout, x, y) !== 'agents' || y <= place.y) return {};
  const at = agentsTop(state, place.height - 1) + y - place.y - 1;
  const proc = agentAt({ ...state, scroll: { ...state.scroll, agents: { ...state.scroll.agents, at } } });
  return proc
    ? {
        ui: [
          { ui: 'move', by: at - state.scroll.agents.at },
          { ui: 'select', pid: proc.pid },
        ],
      }
    : {};
}
