import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

/** A task that waits in a command until its gate is opened, in the one home of all terminals. */
function gated(name: string) {
  const script = here.path(`${name}.yaml`);
  writeFileSync(script, `- calls: [{name: bash, input: {command: cat ${name}.gate}}]\n- text: ${name} is done\n`);
  makeGate(gate(name));
  const ran = running(['-p', name, '--model', `script:${script}`, '--json'], { home: here.home, cwd: here.workspace });
  return { ...ran, open: () => appendFile(gate(name), 'go\n') };
}

const gate = (name: string): string => join(here.workspace, `${name}.gate`);

const WORKING = '"type":"tool.started"';
const last = <T>(events: readonly T[]) => events.at(-1) as T;

describe('a second oxios on the same home', () => {
  test('works in the kernel of the first, which stays until the second has ended', async () => {
    const owner = gated('owner');
    await owner.printed(WORKING);
    const guest = gated('guest');
    await guest.printed(WORKING);
    const table = (await oxios(['ps', '--json'], { home: here.home })).events();
    expect(table.map((proc) => [proc.pid, proc.state])).toEqual([
      [1, 'waiting tool'],
      [2, 'waiting tool'],
    ]);
    await owner.open();
    await owner.printed('"type":"run.result"');
    // Its own run is over; what it was asked for by another terminal still works.
    expect((await oxios(['ps', '--json'], { home: here.home })).events().map((proc) => proc.pid)).toEqual([2]);
    expect(owner.ended()).toBe(false);
    await guest.open();
    const [first, second] = await Promise.all([owner.done, guest.done]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stderr).toContain('goes on for 1 run(s) of other terminals');
    expect(last(first.events())).toMatchObject({ type: 'run.result', text: 'owner is done' });
    expect(last(second.events())).toMatchObject({ type: 'run.result', text: 'guest is done' });
    const seqs = second.events().flatMap((event) => ('seq' in event ? [event.seq] : []));
    expect(seqs).toEqual(seqs.map((_, at) => at));
  });

  test('ends only its own run with Ctrl-C', async () => {
    const owner = gated('owner');
    await owner.printed(WORKING);
    const guest = gated('guest');
    (await guest.printed(WORKING))('SIGINT');
    const second = await guest.done;
    expect(second.code).toBe(130);
    expect(last(second.events())).toMatchObject({ outcome: 'CANCELLED', exit_code: 130, resumable: true });
    await owner.open();
    const first = await owner.done;
    expect(last(first.events())).toMatchObject({ outcome: 'DONE', text: 'owner is done' });
    expect(first.code).toBe(0);
  });

  test('learns that the kernel was killed, ends with a run.result, and its run can be resumed', async () => {
    const owner = gated('owner');
    const kill = await owner.printed(WORKING);
    const guest = gated('guest');
    await guest.printed(WORKING);
    kill('SIGKILL');
    const second = await guest.done;
    expect(second.code).toBe(5);
    expect(last(second.events())).toMatchObject({ type: 'run.result', outcome: 'ERROR', error: { code: 'KERNEL_GONE' } });
    const { run } = last(second.events());
    const after = running(['resume', run, '--json'], { home: here.home });
    await after.printed(WORKING);
    await appendFile(gate('guest'), 'go\n');
    const resumed = await after.done;
    expect(last(resumed.events())).toMatchObject({ type: 'run.result', run, outcome: 'DONE', text: 'guest is done' });
  });

  test('and many that start at once all get their answer, whoever owns the home meanwhile', async () => {
    writeFileSync(here.path('hello.yaml'), '- text: Hello.\n');
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, at) => oxios(['-p', `task ${at}`, '--model', `script:${here.path('hello.yaml')}`, '--json'], { home: here.home })),
    );
    expect(all.map((ran) => [ran.code, last(ran.events())?.outcome, ran.stderr.replace(/^this kernel goes on.*\n/mu, '')])).toEqual(
      all.map(() => [0, 'DONE', '']),
    );
    const verified = await oxios(['audit', 'verify', '--json'], { home: here.home });
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    const runs = (await oxios(['cost', '--json'], { home: here.home })).events()[0].runs;
    expect(runs).toHaveLength(12);
  });
});

describe('signals to the owner', () => {
  test('SIGTERM ends the run after what its tool has to do, and exits 143', async () => {
    const owner = gated('owner');
    (await owner.printed(WORKING))('SIGTERM');
    const ran = await owner.done;
    expect(ran.code).toBe(143);
    expect(last(ran.events())).toMatchObject({ type: 'run.result', outcome: 'CANCELLED', resumable: true });
  });

  test('kill from another terminal ends a process with what it runs', async () => {
    const owner = gated('owner');
    await owner.printed(WORKING);
    const waiting = oxios(['wait', '1', '--json'], { home: here.home });
    const sent = await oxios(['kill', '1', '-s', 'KILL'], { home: here.home });
    expect(sent).toMatchObject({ code: 0, stderr: 'sent KILL to 1\n' });
    expect((await owner.done).code).toBe(130);
    const waited = await waiting;
    expect(JSON.parse(waited.stdout)).toEqual({ how: 'killed', signal: 'KILL' });
    expect(waited.code).toBe(1);
  });

  test('STOP holds an agent, nice and send reach it, CONT lets it go on', async () => {
    const owner = gated('owner');
    await owner.printed(WORKING);
    const tell = (...args: readonly string[]) => oxios(args, { home: here.home });
    await tell('kill', '1', '-s', 'STOP');
    await tell('nice', '1', '7');
    await tell('send', '1', 'use tabs');
    await owner.open();
    await owner.printed('"type":"tool.finished"');
    const [proc] = (await tell('ps', '--json')).events();
    expect(proc).toMatchObject({ state: 'stopped', nice: 7 });
    await tell('kill', '1', '-s', 'CONT');
    const ran = await owner.done;
    expect(ran.code).toBe(0);
    expect(ran.events().find((event) => event.type === 'message.sent')).toMatchObject({ text: 'use tabs' });
  });
});
