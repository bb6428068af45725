import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IDEA, ONE_ROUND } from '../helpers/interview.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

/** A colour of the text or of what is behind it. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[(?:3|4|9)\\d`, 'u');

let here: Place;
const open: Terminal[] = [];
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  here.remove();
});

const FOREVER = 3_600_000;
const model = (script: unknown): string => {
  writeFileSync(here.path('model.yaml'), JSON.stringify(script));
  return `--model script:${here.path('model.yaml')} --project-dir ${here.workspace}`;
};

/** A terminal with the shell in it, as soon as it is painted. */
async function shell(flags: string, { columns = 110, rows = 30, before = '' } = {}): Promise<Terminal> {
  const terminal = openTerminal(columns, rows, here.home);
  open.push(terminal);
  terminal.type(`${before} oxios ${flags}; echo "left with $?"`);
  await terminal.shows('>');
  return terminal;
}

async function say(terminal: Terminal, text: string): Promise<void> {
  terminal.press(text);
  await terminal.shows(text.slice(-20));
  terminal.press('Enter');
}

describe.runIf(hasTmux())('the shell', () => {
  test('talks, is left, and goes on with what was said', async () => {
    const flags = model([{ text: 'I greet you.' }, { text: 'I remember.' }]);
    const first = await shell(flags);
    await say(first, 'good day');
    await first.shows('I greet you.');
    first.press('C-d');
    await first.shows('left with 0');
    const next = await shell(`${flags} --continue`);
    await next.shows('I greet you.');
    await say(next, 'do you remember?');
    await next.shows('I remember.');
  });

  test('begins with what the command line says, and loses nothing that is typed at full speed', async () => {
    const terminal = await shell(`${model([{ text: 'One.' }, { text: 'Two.' }])} "hello from outside"`);
    await terminal.shows('One.');
    const typed = Array.from({ length: 60 }, (_, at) => `w${at}`).join(' ');
    for (let at = 0; at < typed.length; at += 7) terminal.press(...[...typed.slice(at, at + 7)].map((key) => (key === ' ' ? 'Space' : key)));
    terminal.press('Enter');
    await terminal.shows('Two.');
    terminal.press('C-d');
    await terminal.shows('left with 0');
    const said = (await oxios(['audit', 'list', '--json', '--type', 'message.sent'], { home: here.home })).events();
    expect(said.map((one) => one.text)).toContain(typed);
  });

  test('asks before a command, and does what is answered; what it did is taken back', async () => {
    writeFileSync(join(here.workspace, 'old.txt'), 'old');
    const calls = [
      { name: 'bash', input: { command: 'rm old.txt' } },
      { name: 'write', input: { path: 'new.txt', content: 'new' } },
    ];
    const terminal = await shell(model([{ calls }, { text: 'Tidied.' }]));
    await say(terminal, 'tidy up');
    await terminal.shows('Approve · assistant');
    await terminal.shows('rm old.txt');
    // Keys right behind its coming are no answer; those behind Alt-A are.
    terminal.press('M-a', 'y');
    await terminal.shows('Tidied.');
    expect(() => readFileSync(join(here.workspace, 'old.txt'))).toThrow(/ENOENT/u);
    await say(terminal, '/undo');
    await terminal.shows('put back');
    expect(readFileSync(join(here.workspace, 'old.txt'), 'utf8')).toBe('old');
  });

  test('for a screen reader says each thing once, in words, and what asks is answered by its key', async () => {
    writeFileSync(join(here.workspace, 'old.txt'), 'old');
    const calls = [{ name: 'bash', input: { command: 'rm old.txt' } }];
    const terminal = await shell(`--screen-reader ${model([{ calls }, { text: 'Tidied.' }])}`);
    await say(terminal, 'tidy up');
    await terminal.shows('Approve · assistant');
    terminal.press('M-a', 'y');
    await terminal.shows('Tidied.');
    const screen = (await terminal.shows(/^ready/mu)).join('\n');
    expect(screen).toContain('You: tidy up');
    expect(screen.split('Tidied.')).toHaveLength(2);
    expect(screen).not.toMatch(/[\u2500-\u259f\u2800-\u28ff●✓✗]/u);
    expect(() => readFileSync(join(here.workspace, 'old.txt'))).toThrow(/ENOENT/u);
  });

  test('Esc ends the turn, Ctrl-C clears what is typed and then the turn, leaving with an agent at work asks', async () => {
    const late = { text: 'never', delay_ms: FOREVER };
    const terminal = await shell(model([late, late, late]));
    await say(terminal, 'a long work');
    await terminal.shows('working');
    terminal.press('Escape');
    await terminal.shows('ready');
    await say(terminal, 'again');
    await terminal.shows('working');
    terminal.press('typed');
    await terminal.shows('> typed');
    terminal.press('C-c');
    await terminal.shows('what is to be done');
    terminal.press('C-d');
    await terminal.shows(/keep/iu);
    terminal.press('s');
    await terminal.shows('left with 0');
  });

  test('Ctrl-Z gives the terminal back, and fg comes back to the same conversation', async () => {
    const terminal = await shell(model([{ text: 'Here I am.' }, { text: 'Still here.' }]));
    await say(terminal, 'hello');
    await terminal.shows('Here I am.');
    terminal.press('C-z');
    await terminal.shows('Stopped');
    terminal.press('fg', 'Enter');
    await terminal.shows('Here I am.');
    await say(terminal, 'and now?');
    await terminal.shows('Still here.');
  });

  test('an idea is asked about, becomes a specification, and is worked on until it holds', async () => {
    const terminal = await shell(model({ agents: ONE_ROUND }), { columns: 120, rows: 36 });
    await say(terminal, `/interview ${IDEA}`);
    for (const subject of ['storage', 'colour', 'language']) {
      await terminal.shows(`Which ${subject}?`);
      terminal.press('1');
    }
    await terminal.shows('Is that it?');
    terminal.press('1');
    await terminal.shows('The seed is written');
    terminal.press('M-4');
    await terminal.shows('work on it');
    terminal.press('a');
    await terminal.shows('APPROVED');
    expect(readFileSync(join(here.workspace, 'tally.sh'), 'utf8')).toBe('echo 1\n');
  });

  test('two terminals on one kernel show the same, and the second goes on when the first is left', async () => {
    const flags = model([{ text: 'For both.' }, { text: 'Alone now.' }]);
    const first = await shell(flags);
    await first.shows('ready');
    const second = await shell(`attach ${flags}`);
    await second.shows('ready');
    await say(second, 'hello both');
    await second.shows('For both.');
    await first.shows('assistant');
    first.press('C-d');
    await first.shows('left with 0');
    await second.shows('the conversation goes on');
    await say(second, 'still there?');
    await second.shows('Alone now.');
  });

  test.each([
    ['a small terminal', { columns: 40, rows: 12 }, ''],
    ['NO_COLOR', {}, 'NO_COLOR=1'],
    ['a light terminal inline', { columns: 80, rows: 24 }, 'COLORFGBG="0;15"'],
  ])('answers on %s', async (_, size, before) => {
    const terminal = await shell(model([{ text: 'Fits: 漢字 🎉' }]), { ...size, before });
    await say(terminal, 'hello');
    await terminal.shows('Fits: 漢字');
    if (before === 'NO_COLOR=1') expect(terminal.coloured()).not.toMatch(COLOUR);
    terminal.press('C-d');
    await terminal.shows('left with 0');
  });

  test('SIGTERM gives the terminal back as it was', async () => {
    const terminal = openTerminal(100, 30, here.home);
    open.push(terminal);
    const line = `echo $$ > ${here.path('pid')}; exec "$NODE" "$BIN" ${model([{ text: 'Hello.' }])}`;
    terminal.type(`sh -c '${line}'; echo "left with $?"`);
    await terminal.shows('ready');
    process.kill(Number(readFileSync(here.path('pid'), 'utf8')), 'SIGTERM');
    await terminal.shows('left with 143');
    terminal.type('stty -a | tr " " "\\n" | grep -x -e icanon -e echo | tr "\\n" " "');
    await terminal.shows(/icanon echo|echo icanon/u);
  });
});

test('without a terminal the shell says what to do instead', async () => {
  const ran = await oxios(['say this and that'], { home: here.home });
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs a terminal[\s\S]*oxios -p/u) });
  expect(await oxios(['--inline'], { home: here.home })).toMatchObject({ code: 2 });
  expect(await oxios([], { home: here.home })).toMatchObject({ code: 0, stdout: expect.stringContaining('oxios -p') });
  expect(await oxios(['attach'], { home: here.home })).toMatchObject({ code: 2, stderr: expect.stringMatching(/no kernel runs[\s\S]*hint/u) });
  expect(await oxios(['-p', 'x', '--panes'], { home: here.home })).toMatchObject({ code: 2, stderr: expect.stringContaining('--panes goes with the shell') });
});

test('recorded events are shown as the shell would have shown them, at any place and size, and hostile words are shown, not obeyed', async () => {
  model([{ text: 'Before \u001b[2J\u001b]52;c;eA==\u0007 after.' }]);
  await oxios(['-p', 'say it', '--model', `script:${here.path('model.yaml')}`, '--events', here.path('run.jsonl')], { home: here.home });
  const view = (...args: readonly string[]) => oxios(['view', here.path('run.jsonl'), '--columns', '60', '--rows', '16', ...args], { home: here.home });
  const last = await view();
  expect(last.stdout.trimEnd().split('\n')).toHaveLength(16);
  expect(last.stdout).toMatch(/> say it[\s\S]*Before[\s\S]*after\./u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(last.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
  expect((await view('--at', '2')).stdout).not.toContain('after.');
  const { rows } = JSON.parse((await view('--json')).stdout) as { readonly rows: readonly string[] };
  expect(rows.every((row) => row.length <= 60)).toBe(true);
  expect(await oxios(['view', here.path('model.yaml')], { home: here.home })).toMatchObject({ code: 2 });
});
