import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { threeGenerations } from '../helpers/evolution.ts';
import { type Line, oxios } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';
import { approves, bash, calls, type Outcome, outcomeOf, says, type Trial, type TrialInput, trial, votes, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const GOOD = { id: 'a', description: 'a.txt says yes', verify_command: 'grep -q yes a.txt' };

function given(agents: TrialInput['agents'], files: TrialInput['files'] = {}): void {
  here = trial({ criteria: [GOOD], agents, files: { 'kept.txt': 'kept\n', ...files } });
}

async function evaluate(run: string, args: readonly string[] = []): Promise<Outcome> {
  return outcomeOf(await oxios(['evaluate', run, '--json', ...args], { home: here.home }));
}

const of = (ran: Outcome, type: string): readonly Line[] => ran.events().filter((event) => event.type === type);
const forked = (ran: Outcome): readonly string[] => of(ran, 'process.forked').map((one) => one.name);

describe('what a run left is judged again, as it is now', () => {
  test('a run that was rejected, after a person mended it', async () => {
    given({ 'worker a': [calls(writes('a.txt', 'no\n')), says('done')], 'judge a': [approves('a.txt:1')] });
    const first = await here.run();
    expect(first.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
    here.write('a.txt', 'yes\n');
    rmSync(here.path('seed.yaml'));
    const second = await evaluate(first.result.run);
    expect(second.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0, files_changed: ['a.txt'] });
    expect(second.code).toBe(0);
    const told = await oxios(['evaluate', first.result.run], { home: here.home });
    expect(told.stderr).toContain(`take it back with: oxios undo ${first.result.run}\n`);
    expect(forked(second)).toEqual(['run', 'judge a']);
    const [baseline] = of(first, 'ac.baseline');
    expect(of(second, 'evaluation.requested')).toMatchObject([{ of: first.result.run, baseline: baseline.tree }]);
    expect(second.result.run).not.toBe(first.result.run);
    // The log has both, and the second one replays.
    const replayed = await oxios(['replay', second.result.run, '--json', '--diff'], { home: here.home });
    expect(replayed.stdout).toContain('"ok":true');
  });

  test('a run that was approved, after something broke it, in reports too; and that evaluation again', async () => {
    given({ 'worker a': [calls(writes('a.txt', 'yes\n')), says('done')], 'judge a': [approves('a.txt:1')] });
    const first = await here.run();
    expect(first.code).toBe(0);
    here.write('a.txt', 'no\n');
    const second = await evaluate(first.result.run, ['--junit', here.path('out.xml'), '--sarif', here.path('out.sarif')]);
    expect(second.result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
    expect(readFileSync(here.path('out.xml'), 'utf8')).toContain('<failure type="FAIL"');
    expect(JSON.parse(readFileSync(here.path('out.sarif'), 'utf8')).runs[0].results).toHaveLength(1);
    here.write('a.txt', 'yes, again\n');
    const third = await evaluate(second.result.run);
    expect(third.statuses).toEqual({ a: 'PASS' });
    expect(of(third, 'evaluation.requested')).toMatchObject([{ of: second.result.run, baseline: of(first, 'ac.baseline')[0].tree }]);
  });

  test('a run that was interrupted', async () => {
    given({ 'worker a': [calls(writes('a.txt', 'yes\n')), { text: 'slow', delay_ms: 600_000 }], 'judge a': [approves('a.txt:1')] });
    const args = ['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'];
    const run = running(args, { home: here.home });
    const kill = await run.printed('"tool":"write","ok":true');
    const id = run.soFar().match(/"run":"(r_\w+)"/u)?.[1] ?? '';
    const meanwhile = await oxios(['evaluate', id], { home: here.home });
    expect(meanwhile.stderr).toMatch(/^USAGE: run r_\w+ is still going\n {2}hint: /u);
    expect(meanwhile.code).toBe(2);
    kill('SIGINT');
    await run.done;
    expect((await evaluate(id)).result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  });

  test('killed on its way, it goes on', async () => {
    given({ 'worker a': [calls(writes('a.txt', 'yes\n')), says('done')], 'judge a': [approves('a.txt:1')] });
    const first = await here.run();
    const script = readFileSync(here.path('model.yaml'), 'utf8');
    writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { judge: [{ text: 'slow', delay_ms: 600_000 }] } }));
    const slow = running(['evaluate', first.result.run, '--json'], { home: here.home });
    (await slow.printed(/"name":"judge a"[\s\S]*"type":"model.requested"/u))('SIGKILL');
    await slow.done;
    writeFileSync(here.path('model.yaml'), script);
    const ran = outcomeOf(await oxios(['resume', '--json'], { home: here.home }));
    expect(ran.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    const replayed = await oxios(['replay', ran.result.run, '--json', '--diff'], { home: here.home });
    expect(replayed.stdout).toContain('"ok":true');
  });

  test('by three who vote, with --consensus', async () => {
    given({ 'worker a': [calls(writes('a.txt', 'yes\n')), says('done')], 'judge a': [approves('a.txt:1')], ballot: [votes(false, 'a.txt:1')] });
    const first = await here.run();
    expect(first.code).toBe(0);
    const second = await evaluate(first.result.run, ['--consensus']);
    expect(second.statuses).toEqual({ a: 'FAIL' });
    expect(of(second, 'evaluation.balloted')).toHaveLength(3);
  });

  test('by the newest of its seeds', async () => {
    here = threeGenerations();
    const first = await here.run();
    expect(first.code).toBe(0);
    writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { judge: [approves('b.txt:1')], ballot: [votes(true, 'b.txt:1')] } }));
    const second = await evaluate(first.result.run);
    expect(second.result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(second.result.criteria.find((one: Line) => one.id === 'b').description).toBe('b.txt agrees, in one word');
    expect(of(second, 'evaluation.convened').map((one) => one.triggers)).toContainEqual(['seed_changed']);
  });
});

describe('an evaluation is no way around', () => {
  test('what held before the work still proves nothing', async () => {
    given({ 'worker a': [says('done')] }, { 'a.txt': 'yes\n' });
    const first = await here.run();
    expect((await evaluate(first.result.run)).statuses).toEqual({ a: 'UNVERIFIED' });
  });

  test('work that came of another approach is still put to a vote', async () => {
    const wrong = [calls(writes('a.txt', 'no\n')), says('done')];
    given({ 'worker a': wrong, 'worker a#3': [calls(['read', { path: 'a.txt' }], writes('a.txt', 'yes\n')), says('done')], 'judge a': [approves('a.txt:1')] });
    const first = await here.run(['--once']);
    expect(first.statuses).toEqual({ a: 'UNVERIFIED' });
    const second = await evaluate(first.result.run);
    expect(second.statuses).toEqual({ a: 'UNVERIFIED' });
    expect(of(second, 'evaluation.convened').map((one) => one.triggers)).toEqual([['lateral']]);
  });

  test('installed programs that the worker changed are changed, though nobody works now', async () => {
    const fake = 'node_modules/.bin/checker';
    here = trial({
      criteria: [{ ...GOOD, verify_command: `sh ${fake}` }],
      files: { [fake]: 'exit 1\n', 'package.json': '{}' },
      agents: { 'worker a': [calls(bash(`node -e "fs.writeFileSync('${fake}', 'exit 0')"`)), says('done')] },
    });
    const first = await here.run();
    expect(first.statuses).toEqual({ a: 'UNVERIFIED' });
    const second = await evaluate(first.result.run);
    expect(second.statuses).toEqual({ a: 'UNVERIFIED' });
    expect(second.evidence('a')).toContain('what is installed in the workspace was changed');
  });

  test.each([
    ['one begun with -p', ['-p', 'hello', '--model', 'script:say.yaml', '--json'], /^USAGE: r_\w+ was begun with -p/u],
    ['one that is not there', undefined, /^NOT_FOUND: no run r_nowhere/u],
  ])('a run without a seed is none: %s', async (_, begin, said) => {
    given({});
    writeFileSync(here.path('say.yaml'), '- text: hello\n');
    const first = await oxios(begin ?? ['-p', 'hello', '--model', 'script:say.yaml', '--json'], { home: here.home });
    const ran = await oxios(['evaluate', begin ? first.events().at(-1).run : 'r_nowhere'], { home: here.home });
    expect(ran.stderr).toMatch(said);
    expect(ran.code).toBe(2);
  });
});
