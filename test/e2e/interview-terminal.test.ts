import { existsSync, readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import { asks, criterion, ONE_ROUND, question, type Scene, scene, scores, specifies } from '../helpers/interview.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

let here: Scene;
let terminal: Terminal;
afterEach(() => {
  terminal.close();
  here.remove();
});

const START =
  'clear; oxios interview "a tally counter in a file tally.sh that prints the count" --model script:model.yaml --project-dir workspace; echo "ended $?:"';
const open = (columns = 100, rows = 40): Terminal => {
  terminal = openTerminal(columns, rows, here.home);
  return terminal;
};
const reply = async (prompt: string | RegExp, text: string): Promise<void> => {
  await terminal.shows(prompt);
  terminal.type(text);
};
const seed = () => readFileSync(here.path('seed.yaml'), 'utf8');

describe.runIf(hasTmux())('an interview at a terminal', () => {
  test('proposes, takes Enter, a number, words and later, goes back, says the specification, takes a correction and writes it', async () => {
    here = scene({
      ...ONE_ROUND,
      'specifier#2': [
        specifies([
          criterion(),
          criterion({
            id: 'empty',
            description: 'it begins at 1',
            quotes: [{ from: 'c1', text: 'it begins at 1' }],
            verify_command: 'test "$(sh tally.sh)" -ge 1',
          }),
        ]),
      ],
    });
    open().type(START);
    await reply(
      /1\. Which storage\?\n.*the storage decides\n {2}1\) storage one \(recommended\)\n {2}2\) storage two\n {2}3\) decide later\nEnter takes 1;[^>]*\n>$/u,
      '',
    );
    await reply(/\n2\. Which colour\?[^>]*\n>$/u, 'back');
    await reply(/> back\n\n1\. Which storage\?[^>]*\n>$/u, '2');
    await reply(/> 2\n\n2\. Which colour\?[^>]*\n>$/u, 'bright green');
    await reply(/\n3\. Which language\?[^>]*\n>$/u, 'later');
    await terminal.shows('ambiguity 0.05 (was 0.5), ready');
    await reply(/It is done when:\n {2}1\. sh tally\.sh prints the count\n {5}checked by: [^>]*1\) write it\n {2}2\) stop here\n>$/u, 'it begins at 1');
    await reply(/2\. it begins at 1[^>]*\n>$/u, '1');
    await terminal.shows('ended 0:');
    expect(terminal.screen().join('\n')).toContain('wrote seed.yaml; look at it, then: oxios run seed.yaml');
    expect(seed()).toContain('#   Which storage? storage two\n#   Which colour? bright green\n# To be decided later: Which language?');
    expect(seed()).toContain('# c1: "it begins at 1"');
  });

  test('of 40x12 without colour breaks no word, shows help, and is left and gone on with', async () => {
    const wide = question('格式', { text: '计数应该以什么格式显示给用户看才最清楚明白易懂？', options: ['十进制数字', '二进制数字'] });
    here = scene({ ...ONE_ROUND, interviewer: [asks(wide)] });
    open(40, 12).type(START.replace('oxios', 'export NO_COLOR=1; oxios'));
    await reply(/1\. 计数应该以什么[^>]*\n>$/u, '?');
    await terminal.shows(/abort {6}give it up\n>$/u);
    for (const row of terminal.screen()) expect(stringWidth(row)).toBeLessThanOrEqual(40);
    expect(terminal.coloured()).not.toContain('\u001b[1m');
    terminal.type('quit');
    await terminal.shows('ended 4:');
    const [, run] = /interview\s+--resume\s+(r_\w+)/u.exec(terminal.screen().join('\n')) ?? [];
    terminal.resize(100, 40);
    terminal.type(`clear; oxios interview --resume ${run} --model script:model.yaml; echo "ended $?:"`);
    await reply(/1\. 计数[^>]*\n>$/u, '2');
    await reply(/1\) write it\n {2}2\) stop here\n>$/u, '');
    await terminal.shows('ended 0:');
    expect(seed()).toContain('二进制数字');
  });

  test('goes on with the next question when one is answered from elsewhere', async () => {
    here = scene(ONE_ROUND);
    open().type(START);
    await terminal.shows(/1\. Which storage\?[^>]*\n>$/u);
    const [first] = (await here.run(['approvals', 'list', '--json'])).events();
    expect(first).toMatchObject({ kind: 'question', text: 'Which storage?', options: ['storage one', 'storage two', 'decide later'] });
    expect((await here.run(['approvals', 'answer', first.ask, 'from elsewhere'])).code).toBe(0);
    await reply(/\n2\. Which colour\?[^>]*\n>$/u, '1');
    await reply(/\n3\. Which language\?[^>]*\n>$/u, '1');
    await reply(/2\) stop here\n>$/u, '');
    await terminal.shows('ended 0:');
    expect(seed()).toContain('Which storage? from elsewhere');
  });

  test('is kept by Ctrl-C, which says how to go on', async () => {
    here = scene(ONE_ROUND);
    open().type(START);
    await reply(/1\. Which storage\?[^>]*\n>$/u, 'kept');
    await terminal.shows(/\n2\. Which colour\?[^>]*\n>$/u);
    terminal.press('C-c');
    await terminal.shows('ended 130:');
    const [, run] = /go on with: oxios interview --resume (r_\w+)/u.exec(terminal.screen().join('\n')) ?? [];
    terminal.type(`clear; oxios interview --resume ${run}; echo "ended $?:"`);
    await reply(/\n2\. Which colour\?[^>]*\n>$/u, '1');
    expect(terminal.screen().join('\n')).not.toContain('1. Which storage?');
    await reply(/\n3\. Which language\?[^>]*\n>$/u, '1');
    await reply(/2\) stop here\n>$/u, 'no');
    await reply(/If not, say in your own words[^>]*\n>$/u, 'stop here');
    await terminal.shows('ended 4:');
    // Begun at a terminal, it is confirmed there, or by whoever brings an answer.
    expect((await here.run(['interview', '--resume', run ?? ''])).code).toBe(4);
    expect(existsSync(here.path('seed.yaml'))).toBe(false);
    expect((await here.run(['resume', run ?? '', '--answer', 'yes'])).code).toBe(0);
    expect(seed()).toContain('Which storage? kept');
  });

  test('asks for the idea where there is none, and force writes it once it is confirmed', async () => {
    here = scene({ scorer: [scores(0.5)], interviewer: ONE_ROUND.interviewer, specifier: [specifies()] });
    open().type('clear; oxios interview --model script:model.yaml --project-dir workspace; echo "ended $?:"');
    await reply(/What do you want to have built\?\n>$/u, 'a tally counter in a file tally.sh that prints the count');
    await reply(/1\. Which storage\?[^>]*\n>$/u, 'force');
    await reply(/It is not clear yet: ambiguity 0\.5[^>]*marked as degraded\?\n {2}1\) yes\n {2}2\) no\n>$/u, 'no');
    await reply(/> no\n\n1\. Which storage\?[^>]*\n>$/u, 'force');
    await reply(/> force\n\nIt is not clear yet[^>]*\n>$/u, 'yes');
    await reply(/Not clear, and written all the same:\n {2}- Goal Clarity 0\.50 < 0\.75[^>]*\n>$/u, 'y');
    await terminal.shows('ended 0:');
    expect(seed()).toContain('generation_mode: forced');
  });

  test('that nobody answers in time is left as it is', async () => {
    here = scene(ONE_ROUND);
    open().type(START.replace(' --model', ' --approval-timeout 1s --model'));
    await terminal.shows('ended 4:');
    expect(terminal.screen().join('\n')).toMatch(
      /NEEDS_ANSWER: a question needs an answer: Which (storage|colour|language)\?\s+hint: go on with: oxios interview --resume/u,
    );
  });

  test('is given up for good with abort', async () => {
    here = scene(ONE_ROUND);
    open().type(START);
    await reply(/1\. Which storage\?[^>]*\n>$/u, 'abort');
    await terminal.shows('ended 4:');
    expect(terminal.screen().join('\n')).not.toContain('2. Which colour?');
    expect(terminal.screen().join('\n')).toContain('ABORTED');
    expect(existsSync(here.path('seed.yaml'))).toBe(false);
  });
});
