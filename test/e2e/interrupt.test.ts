import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { processesIn } from '../helpers/crash.ts';
import { opinion } from '../helpers/opinion.ts';
import { BIN, linesOf, oxios, type Place, place } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.path('workspace/node_modules'), { recursive: true });
  writeFileSync(here.path(`workspace/${BRAKE}`), '');
});
afterEach(() => here.remove());

/** While this file is there, commands of the phase stand still. It is seen in disposable copies too. */
const BRAKE = 'node_modules/brake';
const HELD = `while test -f ${BRAKE}; do sleep 0.05; done`;
const JUDGEMENT = opinion('made.txt:1');
const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--allow', 'exec:sleep', '--allow', 'proc:fork', '--json'];

type Phase = keyof typeof REACHED;

/** What is printed when the phase has begun. */
const REACHED = {
  'the first look': /"type":"tool.started"[^\n]*"group"/u,
  'a model that answers': /"name":"worker a"[\s\S]*"type":"model.requested"[^\n]*"request":1/u,
  'a sub-agent that answers': /"name":"helper"[\s\S]*"type":"model.requested"/u,
  'a tool that runs': /"name":"worker a"[\s\S]*"type":"tool.started"[^\n]*"group"/u,
  'a check': /"type":"ac.worked"[\s\S]*"type":"tool.started"[^\n]*"group"/u,
  'a judge that answers': /"name":"judge a"[\s\S]*"type":"model.requested"/u,
};

/** A run that stands still in one phase. */
function given(phase: Phase): void {
  const waits = (at: Phase) => (at === phase ? { delay_ms: 600_000 } : {});
  const worker = [
    { calls: [{ name: 'write', input: { path: 'made.txt', content: 'x' } }] },
    { text: 'I look.', calls: [{ name: 'bash', input: { command: phase === 'a tool that runs' ? HELD : 'ls' } }], ...waits('a model that answers') },
    ...(phase === 'a sub-agent that answers' ? [{ calls: [{ name: 'fork', input: { name: 'helper', task: 'help' } }] }] : []),
    { text: 'done' },
  ];
  const helper = [{ text: 'helped', ...waits('a sub-agent that answers') }];
  const held = phase === 'the first look' ? `${HELD}; ` : phase === 'a check' ? `if test -f made.txt; then ${HELD}; fi; ` : '';
  const criteria = [{ id: 'a', description: 'made.txt is there', verify_command: `${held}test -f made.txt` }];
  writeFileSync(
    here.path('seed.yaml'),
    stringify({ goal: 'g', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria }),
  );
  writeFileSync(here.path('model.yaml'), stringify({ agents: { worker, helper, judge: [{ text: JUDGEMENT, ...waits('a judge that answers') }] } }));
}

/** From here on nothing stands still. */
function release(): void {
  rmSync(here.path(`workspace/${BRAKE}`));
  writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replaceAll('600000', '0'));
}

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

describe.each(Object.keys(REACHED) as Phase[])('in %s', (phase) => {
  test.each(SIGNALS)('%s ends the run with exit %i and a result; it goes on to the same verdict', async (signal, code) => {
    given(phase);
    const run = running(RUN, { home: here.home });
    (await run.printed(REACHED[phase]))(signal);
    const first = await run.done;
    expect(first.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'CANCELLED', exit_code: code, resumable: true });
    expect(first.code).toBe(code);
    expect(processesIn(here.home)).toEqual([]);
    release();
    const second = await oxios(['resume', '--json'], { home: here.home });
    expect(second.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'APPROVED', exit_code: 0, files_changed: ['made.txt'] });
    const all = [...first.events(), ...second.events()].filter((event) => 'seq' in event);
    expect(all.map((event) => event.seq)).toEqual(all.map((_, at) => at));
    expect(all.filter((event) => event.type === 'tool.finished' && event.tool === 'write')).toHaveLength(1);
    // An agent that was cut off goes on, and is not begun again.
    const agents = all.filter((event) => event.type === 'process.forked').map((event) => event.name);
    expect(agents).toEqual([...new Set(agents)]);
    const replayed = await oxios(['replay', all[0].run, '--json', '--diff'], { home: here.home });
    expect(JSON.parse(replayed.stdout)).toEqual({ ok: true, run: all[0].run, events: all.length });
  });
});

test('SIGTERM lets the tool that runs finish, and begins nothing after it', async () => {
  given('a tool that runs');
  const run = running(RUN, { home: here.home });
  (await run.printed(REACHED['a tool that runs']))('SIGTERM');
  await run.printed('"type":"process.signalled"');
  release();
  const ran = await run.done;
  const [last] = ran
    .events()
    .filter((event) => event.type === 'tool.finished')
    .slice(-1);
  expect(last).toMatchObject({ tool: 'bash', ok: true });
  expect(ran.events().filter((event) => event.seq > last.seq && /^(model\.requested|tool\.intended)$/u.test(event.type))).toEqual([]);
  expect(ran.code).toBe(143);
});

describe('a second Ctrl-C', () => {
  test('ends the program at once with a result; nothing of it is left, and the run goes on', async () => {
    given('a tool that runs');
    const run = running(RUN, { home: here.home });
    const kill = await run.printed(REACHED['a tool that runs']);
    kill('SIGTERM');
    await run.printed('"type":"process.signalled"');
    kill('SIGINT');
    const ran = await run.done;
    const { run: id } = ran.events()[0];
    expect(ran.stderr).toContain(`INTERRUPTED: the program ended at once\n  hint: go on with: oxios resume ${id}\n`);
    expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', run: id, outcome: 'CANCELLED', exit_code: 130 });
    expect(ran.code).toBe(130);
    while (processesIn(here.home).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    release();
    expect((await oxios(['resume', id], { home: here.home })).code).toBe(0);
  });
});

describe('before anything began', () => {
  test.each(SIGNALS)('%s says so with exit %i and a result', async (signal, code) => {
    // With standard input open, it waits for the end of it.
    const env = { PATH: process.env.PATH ?? '', HOME: here.home };
    const child = spawn(process.execPath, [BIN, '-p', 'hi', '--json'], { cwd: here.home, env, stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (!stderr.includes('waiting') && String(chunk).includes('waiting')) child.kill(signal);
      stderr += chunk;
    });
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect(linesOf(stdout)).toMatchObject([{ type: 'run.result', run: null, outcome: 'CANCELLED', exit_code: code, error: { code: 'INTERRUPTED' } }]);
    expect(stderr).toContain('INTERRUPTED: nothing had begun yet\n  hint: start it again\n');
    expect(ended).toBe(code);
  });
});
