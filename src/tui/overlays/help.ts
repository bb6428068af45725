import { type Binding, KEYS, type Where } from '../input/keys.ts';
import type { ShellState } from '../state.ts';
import { columnsOf, type Line, line, span } from '../text/line.ts';
import { flow } from './flow.ts';
import { hints, keyName, type Size, sheetRows, type View } from './sheet.ts';

/** All keys: of what has the focus first, then those that count everywhere, then the rest. */
export function helpRows(view: View, size: Size): readonly Line[] {
  const title = line(span('Help', 'title'), span(` · ${NAMES[focused(view.state)] ?? view.state.focus}`, 'dim'));
  const foot = hints(view.keymap, 'help', { up: 'up', down: 'down', 'scroll-down': 'a page on', interrupt: 'close' }, size.width);
  return sheetRows({ title, body: helpBody(view, size.width), foot, at: { top: view.state.scroll.overlay.at } }, size);
}

export function helpBody({ state, keymap }: View, width: number): readonly Line[] {
  const here = focused(state);
  const order: readonly Where[] = here === 'prompt' ? ['prompt', 'everywhere', 'panes'] : [here, 'panes', 'everywhere', 'prompt'];
  const rest = [...new Set(KEYS.map((one) => one.where))].filter((one) => !order.includes(one));
  return [
    ...[...order, ...rest].flatMap((where) => section(where, keymap, width)),
    ...flow('/ begins a command, @ names a file, ! runs a command line. / alone lists the commands.', width, { tone: 'dim' }),
  ];
}

const focused = ({ focus }: ShellState): Where => focus;

function section(where: Where, keymap: readonly Binding[], width: number): readonly Line[] {
  const rows = keymap.filter((one) => one.where === where && one.keys.length > 0).map(({ keys, does }) => ({ keys: keys.map(keyName).join(' '), does }));
  if (rows.length === 0) return [];
  const wide = Math.min(Math.max(...rows.map((one) => columnsOf(one.keys))), Math.floor(width * MOST_KEYS)) + 2;
  return [
    line(span(NAMES[where] ?? where, 'heading')),
    ...rows.flatMap(({ keys, does }) => {
      const gap = ' '.repeat(Math.max(2, wide - columnsOf(keys)));
      return flow(does, width, { lead: span(`${keys}${gap}`, 'accent') });
    }),
    [],
  ];
}

/** Share of the width that keys take. */
const MOST_KEYS = 0.4;

const NAMES: Readonly<Partial<Record<Where, string>>> = {
  everywhere: 'Everywhere',
  prompt: 'Prompt',
  panes: 'In every pane',
  agents: 'Agents',
  chat: 'Chat',
  interview: 'Interview',
  seed: 'Seed',
  audit: 'Audit',
  approval: 'Approval',
  palette: 'Palette',
  sessions: 'Sessions',
  review: 'Review',
  help: 'Help',
  exit: 'Leaving',
  setup: 'Setup',
  form: 'Form',
  detail: 'Details',
};
