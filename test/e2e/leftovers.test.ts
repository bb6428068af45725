import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { logOf, processesIn } from '../helpers/crash.ts';
import { opinion } from '../helpers/opinion.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

/** Programs without bubblewrap among them: what is started there outlives a kernel that is killed. */
function unsandboxed(): Readonly<Record<string, string>> {
  const bin = here.path('bin');
  mkdirSync(bin);
  for (const name of ['bash', 'sh', 'mkfifo', 'sleep', 'test', 'cat']) symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(bin, name));
  return { PATH: bin };
}

const namesIn = (folder: string): string[] => readdirSync(here.path(folder));
const sleepers = (): string[] => processesIn(here.home).filter((line) => line.includes('sleep 600'));
const SANDBOXES = [
  ['with what this machine has', () => ({})],
  ['without a sandbox', unsandboxed],
] as const;

describe.runIf(process.platform === 'linux').each(SANDBOXES)('a kernel that was killed, %s', (_, environment) => {
  test('leaves a check in a disposable copy: both are gone before the run goes on, and the verdict is the same', async () => {
    const env = environment();
    mkdirSync(join(here.workspace, 'node_modules'));
    const slow = join(here.workspace, 'node_modules/slow');
    writeFileSync(slow, '');
    const command = 'test -f made.txt && if test -f node_modules/slow; then sleep 600; fi';
    const criteria = [{ id: 'a', description: 'made.txt is there', verify_command: command }];
    const seed = { goal: 'g', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria };
    writeFileSync(here.path('seed.yaml'), stringify(seed));
    const worker = [{ calls: [{ name: 'write', input: { path: 'made.txt', content: 'x' } }] }, { text: 'done' }];
    writeFileSync(here.path('model.yaml'), stringify({ agents: { worker, judge: [{ text: JUDGEMENT }] } }));
    const run = running(['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'], { home: here.home, env });
    await run.printed('"type":"ac.worked"');
    const kill = await run.printed('"call":"c1.1","group"');
    await until(() => sleepers().length > 0);
    kill('SIGKILL');
    await run.done;
    expect(namesIn('.oxios/scratch')).toHaveLength(1);
    rmSync(slow);
    const resumed = await oxios(['resume', '--json'], { home: here.home, env });
    expect(resumed.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'APPROVED' });
    expect(namesIn('.oxios/scratch')).toEqual([]);
    expect(sleepers()).toEqual([]);
  });

  test('leaves a command in the background: it is gone before the agent goes on, which is told', async () => {
    const env = environment();
    const script = (delay_ms: number) =>
      stringify([
        { calls: [{ name: 'bash', input: { command: 'sleep 600', background: true } }] },
        { calls: [{ name: 'bash', input: { output_of: 'b1' } }], delay_ms },
        { text: 'done' },
      ]);
    writeFileSync(here.path('model.yaml'), script(600_000));
    const args = ['-p', 'go', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--allow', 'exec:sleep', '--json'];
    const run = running(args, { home: here.home, env });
    const kill = await run.printed('"request":1');
    await until(() => sleepers().length > 0);
    kill('SIGKILL');
    await run.done;
    writeFileSync(here.path('model.yaml'), script(0));
    const resumed = await oxios(['resume', '--json'], { home: here.home, env });
    const told = resumed.events().find((event) => event.type === 'tool.finished');
    expect(told.text).toBe('there is no background command b1; those of an earlier session ended with it');
    expect(resumed.code).toBe(0);
    expect(sleepers()).toEqual([]);
  });
});

test('a half-written file beside the one that was to be written is gone when the run goes on', async () => {
  writeFileSync(
    here.path('model.yaml'),
    stringify([{ calls: [{ name: 'write', input: { path: 'in/x.txt', content: 'x' } }] }, { text: 'done', delay_ms: 600_000 }]),
  );
  const args = ['-p', 'go', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'];
  const run = running(args, { home: here.home });
  const kill = await run.printed('"type":"tool.started"');
  kill('SIGKILL');
  const { events } = await run.done;
  // As if it had been killed a moment earlier, in the middle of the write.
  const pid = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  mkdirSync(join(here.workspace, 'in'), { recursive: true });
  const [dead, alive] = [`.oxios-${pid}-0123456789abcdef`, `.oxios-${process.pid}-0123456789abcdef`];
  for (const name of [dead, alive]) appendFileSync(join(here.workspace, 'in', name), 'hal');
  writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replace('600000', '0'));
  const finished = events().some((event) => event.type === 'tool.finished');
  expect((await oxios(['resume', '--json'], { home: here.home })).code).toBe(0);
  expect(namesIn('workspace/in').sort()).toEqual(finished ? [dead, alive, 'x.txt'].sort() : [alive, 'x.txt']);
});

test('two terminals on one kernel that is killed: each run goes on for itself, and no command is done twice', async () => {
  const begin = (name: string) => {
    makeGate(here.path(`workspace/${name}.gate`));
    writeFileSync(
      here.path(`${name}.yaml`),
      stringify([{ calls: [{ name: 'bash', input: { command: `echo ${name} >> trace.log; cat ${name}.gate` } }] }, { text: `${name} is done` }]),
    );
    return running(['-p', name, '--model', `script:${name}.yaml`, '--project-dir', 'workspace', '--allow', 'exec:echo', '--json'], { home: here.home });
  };
  const trace = () => readFileSync(join(here.workspace, 'trace.log'), 'utf8');
  const owner = begin('owner');
  const kill = await owner.printed('"type":"tool.started"');
  const guest = begin('guest');
  await guest.printed('"type":"tool.started"');
  await until(() => namesIn('workspace').includes('trace.log') && trace().split('\n').length === 3);
  kill('SIGKILL');
  await owner.done;
  expect(await guest.done).toMatchObject({ code: 5 });
  const texts: string[] = [];
  for (let runs = 0; runs < 2; runs++) {
    const resumed = await oxios(['resume', '--json'], { home: here.home });
    expect(resumed.events().filter((event) => event.type === 'tool.indoubt')).toHaveLength(1);
    texts.push(resumed.events().at(-1).text);
  }
  expect(texts.sort()).toEqual(['guest is done', 'owner is done']);
  expect(await oxios(['resume'], { home: here.home })).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no run that can go on') });
  expect(trace().split('\n').sort()).toEqual(['', 'guest', 'owner']);
  expect((await logOf(here)).filter((event) => event.type === 'tool.started')).toHaveLength(2);
});

/** Waits for something that is seen from outside only. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const JUDGEMENT = opinion('made.txt:1');
