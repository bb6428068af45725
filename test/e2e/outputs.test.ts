import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Place, place } from '../helpers/oxios.ts';
import { shell } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(here.path('hello.yaml'), '- text: Hello from the script.\n');
});
afterEach(() => here.remove());

const sh = (line: string) => shell(line, { home: here.home, env: { M: `script:${here.path('hello.yaml')}` } });
const STACK = /^\s+at .+:\d+:\d+|node:internal|Node\.js v/mu;

describe('stdout', () => {
  test.each([
    ['-p hi --model "$M"', 5],
    ['-p hi --model "$M" --json', 5],
    ['models list', 5],
    ['config list', 5],
  ])('a full disk under "oxios %s" is one line and exit %i', async (command, code) => {
    const ran = await sh(`oxios ${command} > /dev/full`);
    expect(ran.stderr).toMatch(/DISK_FULL: no space left to write stdout\n {2}hint: /u);
    expect(ran.stderr).not.toMatch(STACK);
    expect(ran.code).toBe(code);
  });

  test('a reader that goes away ends a listing silently', async () => {
    await sh('oxios -p hi --model "$M"');
    const ran = await sh(`oxios audit list | head -n 1; exit "\${PIPESTATUS[0]}"`);
    expect(ran.stdout.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
  });

  test('a reader that goes away interrupts a run, which can go on', async () => {
    writeFileSync(here.path('slow.yaml'), '- calls: [{name: bash, input: {command: yes}}]\n- text: done\n');
    const ran = await sh(`oxios -p hi --model script:${here.path('slow.yaml')} --allow exec:yes --json | head -n 1 > first; exit "\${PIPESTATUS[0]}"`);
    expect(JSON.parse(readFileSync(here.path('first'), 'utf8'))).toMatchObject({ type: 'run.started' });
    expect(ran.stderr).toContain('go on with: oxios resume');
    expect(ran.stderr).not.toMatch(STACK);
    expect(ran.code).toBe(130);
  });

  test('holds the answer and nothing else; what is for people is on stderr, or nowhere with --quiet', async () => {
    const [loud, quiet] = [await sh('oxios -p hi --model "$M"'), await sh('oxios -p hi --model "$M" --quiet')];
    expect(loud.stdout).toBe('Hello from the script.\n');
    expect(loud.stderr).toContain('limits:');
    expect(quiet).toEqual({ code: 0, stdout: 'Hello from the script.\n', stderr: '' });
  });
});

describe('stdin', () => {
  test('closed: the task is done without it', async () => {
    const ran = await sh('oxios -p hi --model "$M" <&-');
    expect(ran).toMatchObject({ code: 0, stdout: 'Hello from the script.\n' });
  });

  test('closed: nobody is asked, a needed approval is denied and exits 4 with --fail-on denied', async () => {
    writeFileSync(here.path('touch.yaml'), '- calls: [{name: bash, input: {command: touch made}}]\n- text: done\n');
    const ran = await sh(`oxios -p hi --model script:${here.path('touch.yaml')} --fail-on denied <&-`);
    expect(ran.stderr).toContain('refused: touch made');
    expect(ran.code).toBe(4);
  });

  test('piped text becomes part of the request', async () => {
    const ran = await sh('echo "the piped words" | oxios -p "what is this" --model "$M" --json');
    const forked = ran.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .find((event) => event.type === 'process.forked');
    expect(forked.args.task).toBe('what is this\n\n[standard input]\nthe piped words');
  });

  test('left open by mistake: it says what it waits for', async () => {
    const ran = await sh(
      'mkfifo in; exec 3<>in; oxios -p hi --model "$M" <in 2>said 3>&- & until grep -q "standard input" said; do sleep 0.05; done; exec 3>&-; wait; cat said',
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting for the end of standard input; give none with < /dev/null\n') });
    expect(ran.stdout).toContain('Hello from the script.');
  });
});

describe('--events', () => {
  test('a disk that fills up does not end the run; it is said at its end', async () => {
    const ran = await sh('oxios -p hi --model "$M" --events /dev/full');
    expect(ran.stdout).toBe('Hello from the script.\n');
    expect(ran.stderr).toMatch(/DISK_FULL: no space left to write \/dev\/full\n {2}hint: /u);
    expect(ran.stderr).not.toMatch(STACK);
    expect(ran.code).toBe(5);
  });
});
