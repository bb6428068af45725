import type { Outcome } from '../intent.ts';
import { keyFor, type View } from '../overlays/sheet.ts';
import type { PaneName, ShellState } from '../state.ts';
import { isError } from './command.ts';
import { SLASH } from './slash.ts';

/** One thing that the palette offers. */
export interface Entry {
  readonly kind: 'command' | 'pane' | 'agent' | 'session' | 'theme' | 'model';
  readonly label: string;
  readonly does: string;
  /** Key that does the same; empty: none. */
  readonly key: string;
  readonly outcome: Outcome;
}

/** All that can be reached from the palette: commands, panes, agents, sessions, themes; or, where a model is to be chosen, the models. */
export function paletteEntries(view: View & { readonly models: readonly string[] | undefined }, themes: readonly string[]): readonly Entry[] {
  const { state, models } = view;
  if (models) return models.map((id) => entry('model', id, id === state.model ? 'the one in use' : '', { world: [{ do: 'model', id }] }));
  return [...commands(state), ...panes(view), ...agents(state), ...sessions(state), ...themes.map((name) => themed(state, name))];
}

const entry = (kind: Entry['kind'], label: string, does: string, outcome: Outcome, key = ''): Entry => ({ kind, label, does, key, outcome });

/** What needs something said goes to the prompt, to be finished there. */
const commands = (state: ShellState): readonly Entry[] =>
  SLASH.map(({ name, args, does, run }) => {
    const label = args === '' ? `/${name}` : `/${name} ${args}`;
    const result = run(state, '');
    const isUnfinished = isError(result) && args !== '' && !args.startsWith('[');
    return entry('command', label, does, isUnfinished ? typed(`/${name} `) : isError(result) ? noticed(result) : result);
  });

const typed = (text: string): Outcome => ({
  ui: [
    { ui: 'focus', pane: 'prompt' },
    { ui: 'edit', action: { do: 'set', text } },
  ],
});

const noticed = ({ error, hint }: { readonly error: string; readonly hint?: string }): Outcome => ({
  ui: [{ ui: 'notice', tone: 'warn', text: error, ...(hint === undefined ? {} : { hint }) }],
});

const PANES: readonly PaneName[] = ['agents', 'chat', 'interview', 'seed', 'audit'];

const panes = ({ keymap }: View): readonly Entry[] =>
  PANES.map((pane) => entry('pane', `${pane} pane`, 'go to it', { ui: [{ ui: 'focus', pane }] }, keyFor(keymap, 'everywhere', `focus-${pane}`) ?? ''));

const agents = ({ runs }: ShellState): readonly Entry[] =>
  [...runs.values()]
    .flatMap((run) => run.procs)
    .filter((one) => one.state.is !== 'exited')
    .map(({ pid, name, tool, state }) =>
      entry('agent', `agent ${pid} ${name}`, tool ?? (state.is === 'waiting' ? `waits for ${state.on}` : state.is), {
        ui: [
          { ui: 'select', pid },
          { ui: 'focus', pane: 'chat' },
        ],
      }),
    );

const sessions = (state: ShellState): readonly Entry[] =>
  state.sessions
    .filter((one) => one.run !== state.session)
    .map(({ run, title, kind }) => entry('session', `session ${title === '' ? run : title}`, kind, { world: [{ do: 'resume', run }] }));

const themed = (state: ShellState, name: string): Entry =>
  entry('theme', `theme ${name}`, name === state.theme ? 'the one in use' : 'these colours', { ui: [{ ui: 'theme', to: name }] });
