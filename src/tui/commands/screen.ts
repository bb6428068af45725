import { nearest } from '../../kernel/text/nearest.ts';
import { firstAsk } from '../overlays/asks.ts';
import { themeNames } from '../overlays/theme-names.ts';
import type { Overlay, ShellState } from '../state.ts';
import type { SlashCommand, SlashResult } from './command.ts';

/** What is shown, and how. */
export const SCREEN: readonly SlashCommand[] = [
  { name: 'help', aliases: ['?', 'keys'], args: '', does: 'all keys', run: () => ({ ui: [{ ui: 'open', overlay: { is: 'help' } }] }) },
  { name: 'agents', aliases: ['ps'], args: '', does: 'the agents at work', run: () => ({ ui: [{ ui: 'focus', pane: 'agents' }] }) },
  {
    name: 'audit',
    aliases: ['log'],
    args: '[WORDS]',
    does: 'the log as it grows, or its entries with these words',
    run: (_, text) => ({
      ui: [
        { ui: 'focus', pane: 'audit' },
        { ui: 'filter', text },
      ],
    }),
  },
  { name: 'verify', aliases: [], args: '', does: 'prove the whole log', run: () => ({ ui: [{ ui: 'focus', pane: 'audit' }], world: [{ do: 'verify' }] }) },
  { name: 'approvals', aliases: ['approve'], args: '', does: 'what waits for an answer', run: (state) => ({ ui: [{ ui: 'open', overlay: firstAsk(state) }] }) },
  { name: 'theme', aliases: ['themes'], args: '[THEME]', does: 'other colours; without a name: those that there are', run: theme },
  { name: 'layout', aliases: [], args: '[inline|panes]', does: 'panes, or the conversation in the scrollback', run: (_, to) => layout(to) },
];

function theme(state: ShellState, name: string): SlashResult {
  if (name === '') {
    const list: Overlay = { is: 'palette' };
    return {
      ui: [
        { ui: 'open', overlay: list },
        { ui: 'filter', text: 'theme ' },
      ],
    };
  }
  const names = themeNames(state);
  if (names.includes(name)) return { ui: [{ ui: 'theme', to: name }] };
  const close = nearest(name, names);
  return { error: `there is no theme ${name}`, hint: close === undefined ? `there are ${names.join(', ')}` : `did you mean /theme ${close}?` };
}

const LAYOUTS = ['inline', 'panes'] as const;

function layout(to: string): SlashResult {
  if (to === '') return { ui: [{ ui: 'layout', to: 'toggle' }] };
  const known = LAYOUTS.find((one) => one === to);
  if (known) return { ui: [{ ui: 'layout', to: known }] };
  const close = nearest(to, LAYOUTS);
  return { error: `there is no layout ${to}`, hint: close === undefined ? 'there are inline and panes' : `did you mean /layout ${close}?` };
}
