import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, desk, script } from '../helpers/agent.ts';
import { type Line, linesOf, oxios, type Place } from '../helpers/oxios.ts';
import { makeGate } from '../helpers/shell.ts';
import { atTerminal, type Terminal } from '../helpers/tty.ts';

let here: Place;
beforeEach(() => {
  here = desk({ 'a.txt': 'one\n' });
});
afterEach(() => here.remove());

const bash = (command: string) => ({ name: 'bash', input: { command } });
const PROMPT = 'Allow it? [y] once, [r] for this run, [a] always in this folder, [N] no: ';
const at = (name: string): string => join(here.workspace, name);

/** A person at a terminal with an agent that makes these calls, one a turn. */
function sit(uses: readonly object[], args: readonly string[] = []): Terminal {
  script(here, [...uses.map((use) => ({ calls: [use] })), { text: 'I am done.' }]);
  return atTerminal(['-p', 'do it', '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, ...args], { home: here.home });
}

const events = async (...types: readonly string[]): Promise<Line[]> =>
  linesOf((await oxios(['audit', 'list', '--json', ...types.flatMap((type) => ['--type', type])], { home: here.home })).stdout);

describe.runIf(process.platform === 'linux')('at a terminal', () => {
  test('an approval shows the action, what it needs and why, and y allows it once', async () => {
    const person = sit([bash('touch made.txt'), bash('touch made.txt')]);
    await person.shown(PROMPT);
    expect(person.seen()).toContain(
      `An agent wants to: touch made.txt\r\n  needs: exec:touch, fs:write:${at('made.txt')}\r\n  why it is asked: exec:touch is not granted\r\n`,
    );
    expect(existsSync(at('made.txt'))).toBe(false);
    person.type('y\n');
    await prompted(person, PROMPT, 2);
    expect(existsSync(at('made.txt'))).toBe(true);
    person.type('n\n');
    const { code, text } = await person.done;
    expect(text).toContain('I am done.');
    expect(code).toBe(0);
    expect((await events('approval.answered')).map((event) => [event.verdict, event.scope, event.by])).toEqual([
      ['allow', 'once', 'user at the terminal'],
      ['deny', 'once', 'user at the terminal'],
    ]);
  });

  test.each([
    ['Enter', '\n'],
    ['a word that is neither', 'sure\n'],
    ['Y with something behind it', 'y!\n'],
    ['no', 'n\n'],
  ])('%s denies it', async (_, keys) => {
    const person = sit([bash('touch made.txt')]);
    await person.shown(PROMPT);
    person.type(keys);
    await person.done;
    expect(existsSync(at('made.txt'))).toBe(false);
    expect(await events('tool.denied')).toMatchObject([{ decision: { verdict: 'deny', reason: 'the user refused it' } }]);
  });

  test('r allows it for the run, and it is not asked again', async () => {
    const person = sit([bash('touch made.txt'), bash('touch other.txt')]);
    await person.shown(PROMPT);
    person.type('r\n');
    await person.done;
    expect(existsSync(at('other.txt'))).toBe(true);
    expect(await events('approval.asked')).toHaveLength(1);
    expect(await events('capability.granted')).toMatchObject([{ rule: 'exec:touch', scope: 'run' }]);
  });

  test('keys that were pressed before it was there are no answer', async () => {
    makeGate(at('gate'));
    const person = sit([bash('cat gate'), bash('touch made.txt')]);
    await person.shown('cat gate');
    person.type('y\ny\ny');
    writeFileSync(at('gate'), 'go\n');
    await person.shown(PROMPT);
    // Not a digit of what was typed before counts, nor is it put in front of what is typed now.
    person.type('\n');
    await person.done;
    expect(existsSync(at('made.txt'))).toBe(false);
    expect(await events('approval.answered')).toMatchObject([{ verdict: 'deny' }]);
  });

  test('characters that hide are shown, and the agent cannot write lines of ours', async () => {
    const person = sit([{ name: 'write', input: { path: '/tmp/a\u202etxt.\u200bexe\u00a0\u001b[2K', content: 'one\r\n  needs: nothing\u0007\n' } }]);
    await person.shown(PROMPT);
    const text = person.seen();
    expect(text).toContain('An agent wants to: write /tmp/a<U+202E>txt.<U+200B>exe<U+00A0>\u241b[2K (23 bytes)\r\n');
    expect(text).toContain('  | +one\u240d\r\n  | +  needs: nothing\u2407\r\n');
    person.type('\n');
    await person.done;
  });

  test('where a link leads is shown, and allowed with it', async () => {
    writeFileSync(here.path('elsewhere.txt'), 'beside\n');
    symlinkSync('elsewhere.txt', here.path('link.txt'));
    const person = sit([{ name: 'read', input: { path: '../link.txt' } }]);
    await person.shown(PROMPT);
    expect(person.seen()).toContain(`  ${here.path('link.txt')} leads to ${here.path('elsewhere.txt')}\r\n`);
    person.type('y\n');
    await person.done;
    expect(await events('tool.finished')).toMatchObject([{ ok: true, text: 'beside' }]);
  });

  test('a question is answered with words or the number of an option', async () => {
    const ask = { name: 'ask', input: { question: 'Tabs or\u202e spaces?', options: ['tabs', 'spaces'] } };
    const person = sit([ask, ask]);
    await prompted(person, '0J> ', 1);
    expect(person.seen()).toContain('Tabs or<U+202E> spaces?\r\n  1) tabs\r\n');
    person.type('2\n');
    await prompted(person, '0J> ', 2);
    person.type('neither of them\n');
    await person.done;
    expect((await events('tool.finished')).map((event) => event.text)).toEqual(['spaces', 'neither of them']);
  });

  test('Ctrl-C at the question ends the run, and nothing happened', async () => {
    const person = sit([bash('touch made.txt')]);
    await person.shown(PROMPT);
    person.type('\u0003');
    expect((await person.done).code).toBe(130);
    expect(existsSync(at('made.txt'))).toBe(false);
    expect(await events('approval.expired')).toMatchObject([{ reason: 'the process ended' }]);
    expect(await events('tool.denied')).toEqual([]);

    // Nobody refused it: the run that goes on asks again.
    const again = atTerminal(['resume'], { home: here.home });
    await again.shown(PROMPT);
    again.type('y\n');
    expect((await again.done).code).toBe(0);
    expect(existsSync(at('made.txt'))).toBe(true);
  });
});

/** Waits until a prompt was painted this many times; the limit of the test is the only clock. */
async function prompted(person: Terminal, prompt: string, times: number): Promise<void> {
  while (person.seen().split(prompt).length <= times) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('without a terminal', () => {
  test('what is not granted is denied, with an event and without a question', async () => {
    const { answers, code, events: all } = await act(here, [bash('touch made.txt')]);
    expect(answers[0]?.event).toMatchObject({ type: 'tool.denied', decision: { verdict: 'deny', rule: 'default deny' } });
    expect(all().filter((event) => event.type === 'approval.asked')).toEqual([]);
    expect(code).toBe(0);
    const strict = await act(here, [bash('touch made.txt')], ['--fail-on', 'denied']);
    expect(strict.code).toBe(4);
  });
});
