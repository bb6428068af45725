import type { RunId } from '../../kernel/ids.ts';
import { exportForm } from '../overlays/sessions.ts';
import type { ShellState } from '../state.ts';
import type { SlashCommand, SlashResult } from './command.ts';
import { frontRun } from './in-front.ts';

/** Conversations and how they are gone on with. */
export const SESSION: readonly SlashCommand[] = [
  {
    name: 'sessions',
    aliases: ['history'],
    args: '[WORDS]',
    does: 'all sessions, or those where these words were said',
    run: (_, text) => ({ ui: [{ ui: 'open', overlay: { is: 'sessions' } }], world: [{ do: 'search-sessions', text }] }),
  },
  { name: 'resume', aliases: ['continue'], args: '[RUN]', does: 'go on with a session', run: resume },
  { name: 'new', aliases: ['clear'], args: '', does: 'a new conversation; this one is kept', run: () => ({ world: [{ do: 'new-session' }] }) },
  {
    name: 'fork',
    aliases: [],
    args: '[RUN]',
    does: 'a new conversation that begins with what was said in one',
    run: (state, id) => withSession(state, id, (run) => ({ world: [{ do: 'fork-session', run }] })),
  },
  { name: 'export', aliases: ['save'], args: '[FILE]', does: 'write the session to a file; JSON Lines when it ends in .jsonl', run: exported },
  {
    name: 'compact',
    aliases: [],
    args: '[WHAT TO KEEP]',
    does: 'have what was said summarized, to make room',
    run: (state, keep) => (state.session ? { world: [{ do: 'compact', keep }] } : NO_SESSION),
  },
  {
    name: 'model',
    aliases: [],
    args: '[MODEL]',
    does: 'go on with another model; without a name: those that there are',
    run: (_, id) => ({ world: [id === '' ? { do: 'models' } : { do: 'model', id }] }),
  },
  {
    name: 'cost',
    aliases: ['usage'],
    args: '',
    does: 'tokens and dollars of every run, and in total',
    run: () => ({ ui: [{ ui: 'open', overlay: { is: 'detail', of: { cost: 'all' } } }] }),
  },
  { name: 'exit', aliases: ['quit', 'q'], args: '', does: 'leave; with agents at work you are asked', run: () => ({ world: [{ do: 'exit', agents: 'ask' }] }) },
];

function resume(state: ShellState, id: string): SlashResult {
  if (id === '') return { ui: [{ ui: 'open', overlay: { is: 'sessions' } }], world: [{ do: 'search-sessions', text: '' }] };
  return withSession(state, id, (run) => ({ world: [{ do: 'resume', run }] }));
}

function exported(state: ShellState, file: string): SlashResult {
  const run = frontRun(state);
  if (!run) return NO_SESSION;
  const form = file.endsWith('.jsonl') ? 'jsonl' : 'markdown';
  if (file !== '') return { world: [{ do: 'export', run, file, form }] };
  return { ui: [{ ui: 'open', overlay: exportForm(run) }] };
}

function withSession(state: ShellState, id: string, then: (run: RunId) => SlashResult): SlashResult {
  const known = [...new Set([...state.sessions.map((one) => one.run), ...state.runs.keys()])];
  if (id === '') {
    const front = frontRun(state);
    return front ? then(front) : NO_SESSION;
  }
  const found = known.filter((one) => one === id || one.startsWith(id));
  const [one, another] = found.includes(id as RunId) ? [id as RunId] : found;
  if (one && !another) return then(one);
  return another
    ? { error: `${found.length} sessions begin with ${id}`, hint: 'say more of it, or choose with /sessions' }
    : { error: `there is no session ${id}`, hint: 'choose one with /sessions' };
}

const NO_SESSION: SlashResult = { error: 'nothing was said yet', hint: 'say something first, or choose a session with /sessions' };
