import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SLASH, slash, slashEntries } from '../../../src/tui/commands/slash.ts';
import { procOf, runOf, stateOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

const WORKED = runOf('r_work1', { kind: 'run', status: 'ended', procs: [procOf(7, { state: { is: 'exited', exit: { how: 'done', text: '' } } })] });
const CHAT = runOf('r_chat1', { procs: [procOf(3, { name: 'assistant' }), procOf(4), procOf(5)] });
const SEEDED = runOf('r_int1', { kind: 'interview', status: 'ended' });
const busy = stateOf({
  runs: runsOf(SEEDED, WORKED, CHAT),
  session: CHAT.run,
  interviews: new Map([[SEEDED.run, { yaml: 'goal: x' } as never]]),
  sessions: [{ run: 'r_old1' as never, kind: 'chat', title: 'old', cwd: '/', at: 0, cost_usd: 0, isAlive: false }],
});

const open = (overlay: object) => ({ ui: [{ ui: 'open', overlay }] });
const focus = (pane: string) => ({ ui: 'focus', pane });

describe('a command', () => {
  test.each<[string, object]>([
    ['/help', open({ is: 'help' })],
    ['/keys', open({ is: 'help' })],
    ['/interview a word counter', { ui: [focus('interview')], world: [{ do: 'interview', idea: 'a word counter' }] }],
    ['/run seed.yaml', { ui: [focus('seed')], world: [{ do: 'run', from: { file: 'seed.yaml' } }] }],
    ['/run my seed.yaml', { ui: [focus('seed')], world: [{ do: 'run', from: { file: 'my seed.yaml' } }] }],
    ['/run', { ui: [focus('seed')], world: [{ do: 'run', from: { interview: 'r_int1' } }] }],
    ['/evolve', { ui: [focus('seed')], world: [{ do: 'evolve', run: 'r_work1' }] }],
    ['/evolve r_wo', { ui: [focus('seed')], world: [{ do: 'evolve', run: 'r_work1' }] }],
    ['/seed', { ui: [focus('seed')] }],
    ['/agents', { ui: [focus('agents')] }],
    ['/audit tool', { ui: [focus('audit'), { ui: 'filter', text: 'tool' }] }],
    ['/verify', { ui: [focus('audit')], world: [{ do: 'verify' }] }],
    ['/sessions', { ...open({ is: 'sessions' }), world: [{ do: 'search-sessions', text: '' }] }],
    ['/sessions tax', { ...open({ is: 'sessions' }), world: [{ do: 'search-sessions', text: 'tax' }] }],
    ['/resume', { ...open({ is: 'sessions' }), world: [{ do: 'search-sessions', text: '' }] }],
    ['/resume r_old', { world: [{ do: 'resume', run: 'r_old1' }] }],
    ['/new', { world: [{ do: 'new-session' }] }],
    ['/clear', { world: [{ do: 'new-session' }] }],
    ['/fork', { world: [{ do: 'fork-session', run: 'r_chat1' }] }],
    ['/export notes.md', { world: [{ do: 'export', run: 'r_chat1', file: 'notes.md', form: 'markdown' }] }],
    ['/export all.jsonl', { world: [{ do: 'export', run: 'r_chat1', file: 'all.jsonl', form: 'jsonl' }] }],
    ['/model', { world: [{ do: 'models' }] }],
    ['/model openai/x', { world: [{ do: 'model', id: 'openai/x' }] }],
    ['/compact the plan', { world: [{ do: 'compact', keep: 'the plan' }] }],
    ['/cost', open({ is: 'detail', of: { cost: 'all' } })],
    ['/undo', { world: [{ do: 'undo', run: 'r_chat1' }] }],
    ['/undo 3', { world: [{ do: 'undo', run: 'r_chat1', step: 3 }] }],
    ['/redo', { world: [{ do: 'undo', run: 'r_chat1', redo: true }] }],
    ['/diff', open({ is: 'review', run: 'r_chat1' })],
    ['/review r_work1', open({ is: 'review', run: 'r_work1' })],
    [
      '/theme',
      {
        ui: [
          { ui: 'open', overlay: { is: 'palette' } },
          { ui: 'filter', text: 'theme ' },
        ],
      },
    ],
    ['/theme light', { ui: [{ ui: 'theme', to: 'light' }] }],
    ['/layout', { ui: [{ ui: 'layout', to: 'toggle' }] }],
    ['/layout inline', { ui: [{ ui: 'layout', to: 'inline' }] }],
    ['/kill assistant', { world: [{ do: 'signal', pid: 3, signal: 'TERM' }] }],
    ['/kill 4 kill', { world: [{ do: 'signal', pid: 4, signal: 'KILL' }] }],
    ['/approvals', open({ is: 'approval' })],
    ['/exit', { world: [{ do: 'exit', agents: 'ask' }] }],
    ['/quit', { world: [{ do: 'exit', agents: 'ask' }] }],
    ['/HELP  ', open({ is: 'help' })],
    ['/', open({ is: 'palette' })],
    ['/etc/hosts is broken', { world: [{ do: 'say', text: '/etc/hosts is broken' }] }],
  ])('%s', (text, outcome) => {
    expect(slash(busy, text)).toEqual(outcome);
  });

  test.each<[string, string, string]>([
    ['/interwiew x', 'there is no command /interwiew', 'did you mean /interview?'],
    ['/modle', 'there is no command /modle', 'did you mean /model?'],
    ['/xyzzy', 'there is no command /xyzzy', 'see them all: Ctrl-K, or / and Tab'],
    ['/interview', 'an interview begins with an idea', 'say it: /interview a command line tool that counts words'],
    ['/undo all', 'all is no step', 'a step is a number: /undo 3; without one all of it is put back'],
    ['/layout inlin', 'there is no layout inlin', 'did you mean /layout inline?'],
    ['/theme ligt', 'there is no theme ligt', 'did you mean /theme light?'],
    ['/theme solarized', 'there is no theme solarized', 'there are dark, light, plain'],
    ['/kill worker', 'there are 2 agents called worker', 'name the process: 4, 5'],
    ['/kill 99', 'no agent 99 is alive', 'there are: 3 assistant, 4 worker, 5 worker'],
    ['/kill 3 HUP', 'there is no signal HUP', 'TERM (the usual one), KILL, STOP or CONT: /kill 3 KILL'],
    ['/resume r_no', 'there is no session r_no', 'choose one with /sessions'],
    ['/evolve r_no', 'there is no run r_no, or more than one begins so', 'see them with /sessions'],
  ])('%s is wrong, and says how it would be right', (text, error, hint) => {
    expect(slash(busy, text)).toEqual({ error, hint });
  });

  test.each(['/run', '/evolve', '/diff', '/undo', '/fork', '/export', '/compact', '/kill'])('%s with nothing there says what comes first', (text) => {
    expect(slash(stateOf(), text)).toEqual({ error: expect.stringMatching(/./u), hint: expect.stringMatching(/./u) });
  });
});

test('a theme of your own is one', () => {
  expect(slash(stateOf({ themes: ['mine'] }), '/theme mine')).toEqual({ ui: [{ ui: 'theme', to: 'mine' }] });
});

describe('completion behind /', () => {
  test.each<[string, readonly string[]]>([
    ['/ev', ['evolve']],
    ['/mod', ['model']],
    ['/e', ['evolve', 'export', 'exit']],
    ['/qui', ['exit']],
    ['/run', ['run']],
    ['/zzz', []],
  ])('%s', (query, names) => {
    expect(slashEntries(query).map(({ name }) => name)).toEqual(names);
  });

  test('/ alone offers all of them', () => {
    expect(slashEntries('/')).toHaveLength(SLASH.length);
  });
});

test('no two commands share a name', () => {
  const names = SLASH.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test('the page of the shell names every command with what it does', () => {
  const page = readFileSync(new URL('../../../docs/shell.md', import.meta.url), 'utf8').replaceAll('\\|', '|');
  for (const { name, args, does } of SLASH)
    expect(page).toMatch(new RegExp(`^\\| \`/${name}${escaped(args === '' ? '' : ` ${args}`)}\`.* \\| ${escaped(does)} \\|$`, 'mu'));
});

const escaped = (text: string): string => text.replace(/[[\]|().*+?^$\\]/gu, '\\$&');
