import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { opinion } from '../helpers/opinion.ts';
import { oxios, type Place, place, ROOT } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

let here: Place;
let terminal: Terminal | undefined;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
  writeFileSync(here.path('hello.yaml'), '- text: "Hallo 世界 👩‍👩‍👧"\n');
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  here.remove();
});

const open = (columns: number, rows: number): Terminal => {
  terminal = openTerminal(columns, rows, here.home);
  return terminal;
};
const TITLE = '日本語のとても長いタイトル 👩‍👩‍👧 with an emoji 🎉 and more';
const hello = () => oxios(['-p', TITLE, '--model', `script:${here.path('hello.yaml')}`], { home: here.home });

let asked = 0;
/** Types a command and waits until it has ended; what it left on the screen. */
async function shown(screen: Terminal, line: string): Promise<readonly string[]> {
  const end = `ended${++asked}`;
  screen.type(`clear; ${line}; echo "${end}:"`);
  const rows = await screen.shows(new RegExp(`^${end}:$`, 'mu'));
  return rows.slice(0, rows.indexOf(`${end}:`));
}

describe.runIf(hasTmux())('in a terminal', () => {
  test.each([
    [80, 40],
    [40, 24],
  ])('of %ix%i no line of a screen is broken in the middle of a word', async (columns, rows) => {
    await hello();
    const screen = open(columns, rows);
    for (const line of ['oxios ps --all', 'oxios cost', 'oxios models list', 'oxios doctor', 'oxios logs 1', 'oxios config keys | tail -n 5']) {
      const seen = await shown(screen, line);
      for (const row of seen) expect(stringWidth(row), `${line}: ${row}`).toBeLessThanOrEqual(columns);
      // A row that the terminal itself had to break goes on in the first column with what is no beginning.
      for (const row of seen.slice(1).filter((one) => !line.includes('logs') && !line.includes('keys') && one !== ''))
        expect(row, line).toMatch(/^(?: |\d|r_|[a-z]+\/|ok |note |BAD |any |no |all: |PID|RUN|MODEL)/u);
    }
  });

  test('ps keeps names, states and run ids whole in 80 columns, names and states in 40', async () => {
    cpSync(join(ROOT, 'examples/demo'), here.path('demo'), { recursive: true });
    await oxios(['run', 'demo/seed.yaml', '--model', 'script:demo/model.yaml', '--project-dir', 'demo/workspace'], { home: here.home });
    const wide = (await shown(open(80, 24), 'oxios ps -a')).join('\n');
    expect(wide).toMatch(/^PID +NAME +STATE/u);
    expect(wide).toMatch(/^ +2 {4}worker counter +done .* r_[a-z0-9]{16}$/mu);
    terminal?.close();
    expect((await shown(open(40, 24), 'oxios ps -a')).join('\n')).toMatch(/^ +2 {4}worker counter +done$/mu);
  });

  test('a run shows itself in colour with a live line, and what it says is broken between words', async () => {
    const gate = join(here.workspace, 'gate');
    writeFileSync(here.path('slow.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: done\n');
    makeGate(gate);
    const screen = open(60, 20);
    screen.type(`clear; oxios -p "${TITLE}" --model script:${here.path('slow.yaml')} --project-dir workspace; echo "ended=$?"`);
    await screen.shows(/agent cat gate · \d+ tokens \$0\.0000 · \d+ s/u);
    expect(screen.coloured()).toContain('\u001b[1m日本語');
    screen.press('C-c');
    const rows = await screen.shows('ended=130');
    expect(rows.join('\n')).toContain('go on with: oxios resume r_');
    expect(rows.join('\n')).not.toContain('tokens $');
    expect(screen.coloured()).toContain('\u001b[31mCANCELLED');
  });

  test.each([
    [80, 24],
    [40, 12],
  ])('of %ix%i a run says where it is, and ends with a table of its criteria, what came out and the next step', async (columns, rows) => {
    const gate = join(here.workspace, 'gate');
    makeGate(gate);
    const criteria = ['eins', '二番目の基準'].map((id) => ({ id, description: TITLE, verify_command: `test -f ${id}` }));
    const whole = { goal: TITLE, ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria };
    writeFileSync(here.path('seed.yaml'), JSON.stringify(whole));
    const first = [
      {
        calls: [
          { name: 'write', input: { path: 'eins', content: 'x' } },
          { name: 'bash', input: { command: 'cat gate' } },
        ],
      },
      { text: 'done' },
    ];
    writeFileSync(
      here.path('model.yaml'),
      JSON.stringify({ agents: { 'worker eins': first, worker: [{ text: 'done' }], judge: [{ text: opinion('eins:1') }] } }),
    );
    const screen = open(columns, rows);
    screen.type('clear; oxios run seed.yaml --once --sequential --model script:model.yaml --project-dir workspace; echo "ended=$?"');
    await screen.shows(/work 0\/2 · worker eins .*· \d+ s/u);
    writeFileSync(gate, '');
    const seen = await screen.shows('ended=1');
    const text = seen.join('\n');
    expect(text).toMatch(/^STATUS +CRITERION(?: +WHY)?\nPASS +eins.*\nFAIL +二番.*\nREJECTED \(exit 1\)/mu);
    expect(text).toContain('take it back with: oxios undo');
    for (const row of seen) expect(stringWidth(row), row).toBeLessThanOrEqual(columns);
  });

  test.each([
    ['NO_COLOR=1', ''],
    ['TERM=dumb', ''],
    ['CI=true', ''],
    ['', '--no-color'],
  ])('with %s%s it has neither colour nor a live line', async (env, flag) => {
    const screen = open(100, 20);
    const seen = await shown(screen, `${env} oxios -p hi --model script:hello.yaml --verbose ${flag}`);
    expect(seen.join('\n')).toContain('Hallo 世界 👩‍👩‍👧');
    expect(seen.join('\n')).toMatch(/DONE \(exit 0\)/u);
    expect(screen.coloured()).not.toContain('\u001b');
  });
});

describe.runIf(hasTmux())('oxios top', () => {
  test.each(['q', 'C-c'])('fits the screen, follows its size, ends with %s, and leaves the terminal as it was', async (key) => {
    const gate = join(here.workspace, 'gate');
    writeFileSync(here.path('slow.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: done\n');
    makeGate(gate);
    const agent = running(['-p', TITLE, '--model', `script:${here.path('slow.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    const kill = await agent.printed('"type":"tool.started"');
    const screen = open(80, 24);
    screen.type('clear; echo before; oxios top; echo "ended=$?"');
    expect((await screen.shows('waiting tool'))[0]).toMatch(/^PID.*NAME.*STATE.*RUN.*NOW$/u);
    screen.press('x');
    screen.resize(40, 12);
    const narrow = await screen.shows(/^PID +NAME +STATE( +NOW)?$/mu);
    for (const row of narrow) expect(stringWidth(row)).toBeLessThanOrEqual(40);
    expect(narrow.join('\n')).not.toContain('before');
    screen.press(key);
    const after = (await screen.shows('ended=0')).join('\n');
    expect(after).toContain('before');
    expect(after).not.toContain('PID');
    expect(await shown(screen, 'stty -a | grep -c " icanon"')).toEqual(['1']);
    kill('SIGKILL');
    await agent.done;
  });

  test('without anything to show says what to do; once, where the terminal cannot be painted', async () => {
    const screen = open(80, 10);
    screen.type('oxios top');
    await screen.shows('nothing has run here yet; try: oxios demo');
    screen.press('q');
    await hello();
    screen.type('clear');
    expect((await shown(screen, 'TERM=dumb oxios top --all')).join('\n')).toMatch(/^PID.*\n +1 .*done/u);
    expect((await shown(screen, 'oxios top --all --json')).join('')).toMatch(/^\{"pid":1,/u);
  });
});
