import type { Pid } from '../../kernel/ids.ts';
import type { ProcView } from '../../kernel/kernel-types.ts';
import type { ShellState } from '../state.ts';
import type { SlashCommand, SlashResult } from './command.ts';
import { isInterview, isOver, isWork, runMeant } from './in-front.ts';

/** From an idea to what is proved, and back. */
export const WORK: readonly SlashCommand[] = [
  {
    name: 'interview',
    aliases: [],
    args: 'IDEA',
    does: 'be asked until an idea is clear enough to be built',
    run: (_, idea) =>
      idea === ''
        ? { error: 'an interview begins with an idea', hint: 'say it: /interview a command line tool that counts words' }
        : { ui: [{ ui: 'focus', pane: 'interview' }], world: [{ do: 'interview', idea }] },
  },
  { name: 'run', aliases: ['work'], args: '[FILE]', does: 'work on a seed: a file, or what the interview ended with', run: work },
  { name: 'evolve', aliases: [], args: '[RUN]', does: 'another generation of a run', run: evolve },
  { name: 'seed', aliases: [], args: '', does: 'the seed, its criteria and verdicts', run: () => ({ ui: [{ ui: 'focus', pane: 'seed' }] }) },
  { name: 'diff', aliases: ['review'], args: '[RUN]', does: 'what a run changed, hunk by hunk', run: review },
  { name: 'undo', aliases: [], args: '[STEP]', does: 'put the files back, all or to before a step', run: (state, step) => undo(state, step, false) },
  { name: 'redo', aliases: [], args: '', does: 'take the last undo back', run: (state) => undo(state, '', true) },
  { name: 'kill', aliases: [], args: 'AGENT [KILL|STOP|CONT]', does: 'end an agent after the running tool; KILL: at once', run: kill },
];

function work(state: ShellState, file: string): SlashResult {
  const seed = { ui: 'focus', pane: 'seed' } as const;
  if (file !== '') return { ui: [seed], world: [{ do: 'run', from: { file } }] };
  const made = runMeant(state, '', (one) => isInterview(one) && state.interviews.get(one.run)?.yaml !== undefined);
  if (made) return { ui: [seed], world: [{ do: 'run', from: { interview: made.run } }] };
  return { error: 'there is no seed to work on yet', hint: 'name a file: /run seed.yaml; or have one made: /interview IDEA' };
}

function evolve(state: ShellState, id: string): SlashResult {
  const run = runMeant(state, id, isWork);
  if (!run) return missing(id, 'run', 'work on a seed first: /run seed.yaml');
  if (!isOver(run)) return { error: `${run.run} is still at work`, hint: 'wait for its verdicts, or end it: /kill' };
  return { ui: [{ ui: 'focus', pane: 'seed' }], world: [{ do: 'evolve', run: run.run }] };
}

function review(state: ShellState, id: string): SlashResult {
  const run = runMeant(state, id, (one) => !isInterview(one));
  return run ? { ui: [{ ui: 'open', overlay: { is: 'review', run: run.run } }] } : missing(id, 'run', 'ask for a change first, then look at it with /diff');
}

function undo(state: ShellState, step: string, redo: boolean): SlashResult {
  if (!/^\d*$/u.test(step)) return { error: `${step} is no step`, hint: 'a step is a number: /undo 3; without one all of it is put back' };
  const run = runMeant(state, '', (one) => !isInterview(one));
  if (!run) return missing('', 'run', 'nothing was changed yet');
  return { world: [{ do: 'undo', run: run.run, ...(step === '' ? {} : { step: Number(step) }), ...(redo ? { redo } : {}) }] };
}

function kill(state: ShellState, rest: string): SlashResult {
  const [who = '', as = 'TERM'] = rest.split(/\s+/u);
  const signal = as.toUpperCase();
  if (!isSignal(signal)) return { error: `there is no signal ${as}`, hint: 'TERM (the usual one), KILL, STOP or CONT: /kill 3 KILL' };
  const alive = [...state.runs.values()].flatMap((run) => run.procs).filter((one) => one.state.is !== 'exited');
  const found = who === '' ? alive.filter((one) => one.pid === state.selected) : alive.filter((one) => one.name === who || String(one.pid) === who);
  const [one, another] = found;
  if (one && !another) return { world: [{ do: 'signal', pid: one.pid as Pid, signal }] };
  if (one) return { error: `there are ${found.length} agents called ${who}`, hint: `name the process: ${found.map((each) => each.pid).join(', ')}` };
  return { error: who === '' ? 'say which agent' : `no agent ${who} is alive`, hint: alive.length === 0 ? 'nothing runs' : `there are: ${named(alive)}` };
}

const SIGNALS = ['TERM', 'KILL', 'STOP', 'CONT'] as const;
const isSignal = (text: string): text is (typeof SIGNALS)[number] => (SIGNALS as readonly string[]).includes(text);

const named = (alive: readonly ProcView[]): string =>
  alive
    .slice(0, MOST_NAMED)
    .map(({ pid, name }) => `${pid} ${name}`)
    .join(', ');
const MOST_NAMED = 6;

const missing = (id: string, what: string, hint: string): SlashResult =>
  id === '' ? { error: `there is no ${what} yet`, hint } : { error: `there is no ${what} ${id}, or more than one begins so`, hint: 'see them with /sessions' };
