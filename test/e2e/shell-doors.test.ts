import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AtShell, atShell, type ShellPlace } from '../helpers/at-shell.ts';
import { processesIn } from '../helpers/crash.ts';
import { IDEA, ONE_ROUND } from '../helpers/interview.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
const open: AtShell[] = [];
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(async () => {
  for (const one of open.splice(0)) {
    one.type('\u0004');
    await one.done;
  }
  here.remove();
});

const FOREVER = 3_600_000;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'gu');
const late = { text: 'never', delay_ms: FOREVER };

const script = (agents: object): readonly string[] => {
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents }));
  return ['--model', `script:${here.path('model.yaml')}`];
};

const config = (shell: object): void => {
  mkdirSync(join(here.home, '.oxios'), { recursive: true, mode: 0o700 });
  writeFileSync(join(here.home, '.oxios', 'config.json'), JSON.stringify({ shell }), { mode: 0o600 });
};

function begin(args: readonly string[], how: Partial<ShellPlace> = {}): AtShell {
  const shell = atShell(args, { home: here.home, cwd: here.workspace, ...how });
  open.push(shell);
  return shell;
}

async function say(shell: AtShell, text: string): Promise<void> {
  await shell.shows('ready');
  shell.type(`${text}\r`);
}

/** What it came to, and that nothing is left to be closed. */
async function left(shell: AtShell): Promise<number | null> {
  open.splice(open.indexOf(shell), 1);
  return shell.done;
}

test('the model is told before anything is said: that of the command line, of a persona, of the configuration; or that there is none', async () => {
  const modelIn = async (args: readonly string[]): Promise<string> => {
    const shell = begin(args, { columns: 160 });
    await shell.shows('ready');
    const told = (await shell.shows(/ready · (?:no model|\w+\/[\w.-]+)/u)).match(/ready · (no model|\S+)/u)?.[1] ?? '';
    if (told === 'no model') {
      await shell.shows('Agents need a model');
      shell.type(CTRL_D);
      await shell.shows(/^(?![\s\S]*Agents need a model)/u);
    }
    shell.type(CTRL_D);
    expect(await left(shell)).toBe(0);
    return told;
  };
  expect(await modelIn([])).toBe('no model');
  mkdirSync(join(here.home, '.oxios'), { recursive: true, mode: 0o700 });
  const personas = { terse: { system: 'Be short.', model: 'openai/of-persona' } };
  writeFileSync(join(here.home, '.oxios', 'config.json'), JSON.stringify({ model: 'openai/of-config', personas }), { mode: 0o600 });
  expect(await modelIn([])).toBe('openai/of-config');
  expect(await modelIn(['--persona', 'terse'])).toBe('openai/of-persona');
  expect(await modelIn(['--persona', 'terse', '--model', 'openai/of-flag'])).toBe('openai/of-flag');
});

test('Ctrl-C clears what is typed, then ends the turn, and twice leaves', async () => {
  const shell = begin(script({ assistant: [late, late] }));
  await say(shell, 'a long work');
  await shell.shows('working');
  shell.type('half a wor');
  await shell.shows('> half a wor');
  shell.type(CTRL_C);
  expect(await shell.shows('what is to be done?')).toContain('working');
  shell.type(CTRL_C);
  await shell.shows('interrupted by user');
  await shell.shows('ready');
  shell.type(CTRL_C + CTRL_C);
  expect(await left(shell)).toBe(0);
});

test.each([
  [true, true],
  [false, false],
])('shell.mouse %s: the wheel and clicks come to the shell, or stay with the terminal', async (mouse, isOn) => {
  config({ mouse });
  const shell = begin(script({}));
  await shell.shows('ready');
  expect(shell.written().includes('\u001b[?1000h')).toBe(isOn);
  shell.type(CTRL_D);
  await left(shell);
  expect(shell.written().includes('\u001b[?1000l')).toBe(isOn);
});

describe('agents at work when the shell is left', () => {
  test('are kept, and the next shell goes on with them; or are stopped, and it does not', async () => {
    const args = script({ assistant: [late] });
    const first = begin(args);
    await say(first, 'a long work');
    await first.shows('working');
    first.type(CTRL_D);
    await first.shows(/keep/iu);
    first.type('k');
    expect(await left(first)).toBe(0);

    const second = begin(args);
    await second.shows('what was left at work goes on');
    expect(await second.shows('working')).toContain('> a long work');
    second.type(CTRL_D);
    await second.shows(/keep/iu);
    second.type('s');
    expect(await left(second)).toBe(0);

    const third = begin(args);
    const now = await third.shows('ready');
    expect(now).not.toMatch(/goes on|a long work/u);
  });
});

test('a kernel that is killed under an attached shell is opened anew there, and the conversation goes on with what was said', async () => {
  const args = script({ assistant: [{ text: 'For both.' }, { text: 'I remember.' }] });
  const owner = begin(args);
  await owner.shows('ready');
  const [kernel] = processesIn(here.workspace).filter((line) => line.includes('oxios.mjs') && !/ script | sh /u.test(line));
  const attached = begin(['attach', ...args]);
  await say(attached, 'hello both');
  await attached.shows('For both.');
  process.kill(Number(/\d+/u.exec(kernel ?? '')?.[0]), 'SIGKILL');
  await attached.shows('the conversation goes on');
  await say(attached, 'still there?');
  expect(await attached.shows('I remember.')).toContain('> hello both');
  await left(owner);
  expect(await oxios(['audit', 'verify'], { home: here.home })).toMatchObject({ code: 0 });
});

test('an interview that was stopped goes on with its next question', async () => {
  const shell = begin(script(ONE_ROUND));
  await say(shell, `/interview ${IDEA}`);
  await shell.shows('1. Which storage?');
  shell.type('1');
  await shell.shows('2. Which colour?');
  shell.type('x');
  await shell.shows('ready');
  shell.type('i');
  await shell.shows('> what is to be done?');
  const [stopped] = (await oxios(['audit', 'list', '--json', '--type', 'run.started'], { home: here.home })).events();
  await say(shell, `/resume ${stopped?.run}`);
  expect(await shell.shows('2. Which colour?')).toMatch(/storage one/u);
  shell.type('1');
  await shell.shows('3. Which language?');
  shell.type(CTRL_D);
  await shell.shows(/keep/iu);
  shell.type('s');
  expect(await left(shell)).toBe(0);
});

test('each theme paints in its own colours', async () => {
  const shell = begin([...script({ assistant: [{ text: '# One\n\n- `two`' }] })]);
  await say(shell, 'hello');
  await shell.shows('two');
  const names = ['dark', 'light', 'plain'];
  const painted = new Map<string, string>();
  for (const name of names) {
    const from = shell.written().length;
    shell.type(`/theme ${name}`);
    await shell.shows(`> /theme ${name}`);
    shell.type('\r');
    await shell.shows('what is to be done?');
    shell.type('\u000cx');
    await shell.shows('> x');
    shell.type(CTRL_C);
    await shell.shows('what is to be done?');
    painted.set(name, [...new Set(shell.written().slice(from).match(COLOURS))].sort().join(' '));
  }
  expect(new Set(painted.values()).size).toBe(names.length);
});

test('a terminal that can only print has lines printed, and is sent no sequence', async () => {
  const shell = begin(script({ assistant: [{ text: 'Plain.' }, { calls: [{ name: 'bash', input: { command: 'rm x' } }] }, { text: 'Over.' }] }), {
    env: { TERM: 'dumb' },
  });
  await shell.shows('> ');
  shell.type('hello\n');
  await shell.shows('Plain.');
  shell.type('remove it\n');
  // It opens by itself where nothing was typed for a while; until then, and beside it, a command is a command.
  await shell.shows(/assistant asks: rm x|y once/u);
  shell.type('/approvals\n');
  await shell.shows(/\/approvals[\s\S]*y once/u);
  shell.type('n\n');
  await shell.shows('Over.');
  shell.type(CTRL_D);
  expect(await left(shell)).toBe(0);
  expect(shell.written()).not.toContain('\u001b');
});

/** Written down by the program itself: each module that is loaded. */
const LISTENER = `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });`;

test.each([[['--version']], [['ps']], [['-p', 'hello']]])('oxios %j loads nothing of the shell', async (args) => {
  writeFileSync(here.path('listener.mjs'), LISTENER);
  const loaded = here.path('loaded.txt');
  writeFileSync(loaded, '');
  const model = args[0] === '-p' ? script({ default: [{ text: 'Hello.' }] }) : [];
  const env = { NODE_OPTIONS: `--import=${here.path('listener.mjs')}`, LOADED: loaded };
  expect((await oxios([...args, ...model], { home: here.home, env })).code).toBe(0);
  const modules = readFileSync(loaded, 'utf8')
    .split('\n')
    .filter((url) => url.includes('/dist/'));
  const inShell = modules.filter((url) => /function createStore\(|react\.element|createReconciler/u.test(readFileSync(new URL(url), 'utf8')));
  expect(inShell).toEqual([]);
});
