import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Capability, parseRule } from '../../src/kernel/capability.ts';
import { OxiosError } from '../../src/kernel/errors.ts';
import type { KernelEvent } from '../../src/kernel/events.ts';
import type { AbsPath, AskId, Pid, RunId } from '../../src/kernel/ids.ts';
import type { Ports, Reply, RunRequest } from '../../src/kernel/kernel-types.ts';
import { openTestKernel, type TestKernel } from '../helpers/kernel.ts';

let here: TestKernel;
beforeEach(() => {
  here = openTestKernel();
});
afterEach(() => here.close());

const at = (name: string): AbsPath => join(here.workspace, name) as AbsPath;
const rules = (...texts: readonly string[]): readonly Capability[] => texts.map((text) => parseRule(text, (path) => join(here.workspace, path) as AbsPath));
const bash = (command: string) => ({ calls: [{ name: 'bash', input: { command } }] });
const fork = (input: object) => ({ calls: [{ name: 'fork', input: { name: 'helper', task: 'help', ...input } }] });
const done = { text: 'done' };
const ASKING: Partial<RunRequest> = { asks: true, interactive: true };
const RUN: Reply = { verdict: 'allow', scope: 'run' };

type Asked = Extract<KernelEvent, { type: 'approval.asked' }>;
type Answer = (event: Asked) => Promise<Reply | undefined> | Reply | undefined;

/** Plays a script to its end with a person who answers so. */
async function played(script: object, answer: Answer, change: Partial<RunRequest> = {}): Promise<readonly KernelEvent[]> {
  const leave = here.kernel.subscribe((event) => {
    if (event.type !== 'approval.asked') return;
    void (async () => {
      const reply = await answer(event as Asked);
      if (reply) await here.kernel.answer(event.ask as AskId, reply, 'the test', 'terminal');
    })();
  });
  const { run, pid } = await here.kernel.start(here.request(script, { ...ASKING, grants: rules('fs:write:.', 'proc:fork'), ...change }));
  await here.kernel.wait(pid);
  leave();
  return logged(run);
}

async function logged(run: RunId): Promise<readonly KernelEvent[]> {
  const events: KernelEvent[] = [];
  for await (const event of here.kernel.read({ run })) events.push(event);
  return events;
}

/** What became of each call, in the order of the log. */
const fates = (events: readonly KernelEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'tool.denied' ? [`${event.pid} denied ${event.decision.rule}`] : event.type === 'tool.finished' ? [`${event.pid} ok`] : [],
  );
const asks = (events: readonly KernelEvent[]): number => events.filter((event) => event.type === 'approval.asked').length;

describe('an approval for the run', () => {
  test('reaches a child that was not narrowed, and its parent', async () => {
    const script = { agents: { agent: [bash('touch a'), fork({}), bash('mkdir m'), done], helper: [bash('touch b'), bash('mkdir n'), done] } };
    const events = await played(script, () => RUN);
    expect(asks(events)).toBe(2);
    expect(fates(events)).toEqual(['1 ok', '2 ok', '2 ok', '1 ok', '1 ok']);
  });

  test('does not reach beyond what a child was narrowed to, which is not even asked about', async () => {
    const script = { agents: { agent: [bash('touch a'), fork({ allow: ['fs:read:.'] }), done], helper: [bash('touch b'), bash('mkdir n'), done] } };
    const events = await played(script, () => RUN);
    expect(asks(events)).toBe(1);
    expect(fates(events)).toEqual(['1 ok', '2 denied narrowed', '2 denied narrowed', '1 ok']);
    expect(events.find((event) => event.type === 'process.forked' && event.ppid === 1)).toMatchObject({ narrowed_to: [`fs:read:${here.workspace}`] });
  });

  test('gives a child that may be asked for commands just the command, and no other right', async () => {
    const script = { agents: { agent: [fork({ allow: ['exec:touch', 'fs:write:.'] }), done], helper: [bash('touch b'), bash('mkdir n'), done] } };
    expect(fates(await played(script, () => RUN))).toEqual(['2 ok', '2 denied narrowed', '1 ok']);
  });

  test('is still needed by a child for what only a person names, whatever its parent put into its rules', async () => {
    writeFileSync(at('.env'), 'KEY=secret');
    const helper = [{ calls: [{ name: 'read', input: { path: '.env' } }] }, bash('git reset --hard'), done];
    const script = { agents: { agent: [fork({ allow: ['fs:write:.', 'fs:read:.env', 'exec:git:reset'] }), done], helper } };
    const events = await played(script, () => ({ verdict: 'deny', scope: 'once' }), { grants: rules('fs:write:.', 'proc:fork', 'exec:git') });
    expect(fates(events)).toEqual(['2 denied protected path', '2 denied answer', '1 ok']);
    expect(JSON.stringify(events)).not.toContain('KEY=secret');
  });

  test('never lets a child of an agent fork on', async () => {
    const script = { agents: { agent: [fork({}), done], helper: [fork({ name: 'third' }), done] } };
    const events = await played(script, () => RUN);
    expect(asks(events)).toBe(0);
    expect(events.filter((event) => event.type === 'process.forked')).toHaveLength(2);
  });
});

describe('an approval for the folder', () => {
  const always: Reply = { verdict: 'allow', scope: 'rule' };

  test('is remembered for its owner alone, holds for the rest of the run, and is said in the log', async () => {
    const events = await played([bash('touch a'), bash('touch b'), done], () => always);
    expect(asks(events)).toBe(1);
    expect(events.find((event) => event.type === 'capability.granted')).toMatchObject({ rule: 'exec:touch', scope: 'rule' });
    const file = join(here.home.path, 'approvals.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ rule: 'exec:touch', folder: here.workspace, by: 'user' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('settles a rule that says ask, when a later run brings it along', async () => {
    const policy = [{ verdict: 'ask', rule: rules('exec:touch')[0] as Capability, at: 'policy.yaml:1' }] as const;
    const remembered = rules('exec:touch');
    const asked = await played([bash('touch a'), done], () => ({ verdict: 'deny', scope: 'once' }), { policy, grants: rules('fs:write:.', 'exec:touch') });
    expect(asks(asked)).toBe(1);
    const later = await played([bash('touch a'), done], () => undefined, { policy, remembered });
    expect([asks(later), fates(later)]).toEqual([0, ['2 ok']]);
  });
});

describe('a question that nobody answers', () => {
  test('in time is refused, and both are in the log', async () => {
    const events = await played([bash('touch a'), done], () => undefined, { approval_timeout_ms: 20 });
    expect(events.find((event) => event.type === 'approval.asked')).toMatchObject({ timeout_ms: 20 });
    expect(events.find((event) => event.type === 'approval.expired')).toMatchObject({ reason: 'nobody answered in time' });
    expect(events.find((event) => event.type === 'tool.denied')).toMatchObject({
      decision: { reason: 'exec:touch is not granted, and nobody answered in time' },
    });
    expect(existsSync(at('a'))).toBe(false);
  });

  test('any more takes no answer', async () => {
    let late: unknown;
    const leave = here.kernel.subscribe((event) => {
      if (event.type === 'approval.expired') late = here.kernel.answer(event.ask as AskId, RUN, 'the test', 'terminal').catch((error: Error) => error.message);
    });
    await played([bash('touch a'), done], () => undefined, { approval_timeout_ms: 20 });
    leave();
    expect(await late).toMatch(/^NOT_FOUND: no open question/u);
  });
});

describe('an answer that does not get into the log', () => {
  /** A kernel whose disk is full for the first answer; `meanwhile` happens while that is written. */
  async function full(meanwhile: (pid: Pid) => Promise<unknown>): Promise<Pid> {
    await here.close();
    let failures = 0;
    let waiting: Pid;
    const through = (ports: Ports): Ports => ({
      ...ports,
      log: {
        ...ports.log,
        async append(drafts) {
          if (!drafts.some(({ type }) => type === 'approval.answered') || failures++ > 0) return ports.log.append(drafts);
          await meanwhile(waiting);
          throw new OxiosError('DISK_FULL', 'no space left on the disk');
        },
      },
    });
    here = openTestKernel({ through });
    const { pid } = await here.kernel.start(here.request([bash('touch a'), done], { ...ASKING, grants: rules('fs:write:.') }));
    waiting = pid;
    return pid;
  }

  async function answered(times: number): Promise<readonly unknown[]> {
    const results: unknown[] = [];
    for await (const event of here.kernel.read({ follow: true })) {
      if (event.type !== 'approval.asked') continue;
      for (let at = 0; at < times; at++)
        results.push(
          await here.kernel.answer(event.ask as AskId, RUN, 'the test', 'terminal').then(
            () => 'taken',
            ({ code }: OxiosError) => code,
          ),
        );
      return results;
    }
    return results;
  }

  test('leaves the question open: it is answered again', async () => {
    const pid = await full(async () => undefined);
    expect(await answered(3)).toEqual(['DISK_FULL', 'taken', 'NOT_FOUND']);
    await here.kernel.wait(pid);
    expect(existsSync(at('a'))).toBe(true);
  });

  test.each(['TERM', 'KILL'] as const)('keeps no process from ending by %s, whether that comes meanwhile or behind it', async (signal) => {
    const meanwhile = await full((one) => here.kernel.signal(one, signal, 'the test'));
    expect(await answered(2)).toEqual(['DISK_FULL', 'NOT_FOUND']);
    await here.kernel.wait(meanwhile);
    const behind = await full(async () => undefined);
    expect(await answered(1)).toEqual(['DISK_FULL']);
    await here.kernel.signal(behind, signal, 'the test');
    await here.kernel.wait(behind);
    expect(existsSync(at('a'))).toBe(false);
  });
});

describe('a rule that is taken back', () => {
  test('is lost to the whole subtree at once, what was begun under it in the background ends, and it is in the log', async () => {
    const background = { calls: [{ name: 'bash', input: { command: 'sleep 1000', background: true } }] };
    const script = {
      agents: {
        agent: [background, bash('touch a'), fork({}), bash('touch c'), { calls: [{ name: 'bash', input: { output_of: 'b1' } }] }, done],
        helper: [bash('touch b'), { calls: [{ name: 'ask', input: { question: 'go on?' } }] }, bash('touch c'), done],
      },
    };
    const grants = rules('fs:write:.', 'proc:fork', 'exec:touch', 'exec:sleep', 'exec:mkdir');
    let reached: unknown;
    const takeBack = async (event: Asked): Promise<Reply> => {
      if (event.kind !== 'question') return { verdict: 'deny', scope: 'once' };
      reached = await here.kernel.revoke(rules('exec:touch')[0] as Capability, 'the test');
      await here.kernel.revoke(rules('exec:sleep')[0] as Capability, 'the test');
      return { verdict: 'text', text: 'yes' };
    };
    const events = await played(script, takeBack, { grants });
    expect(reached).toMatchObject({ runs: [events[0]?.run], forgotten: 0 });
    expect(events.filter((event) => event.type === 'capability.revoked')).toMatchObject([
      { rule: 'exec:touch', by: 'the test', actor: 'user' },
      { rule: 'exec:sleep' },
    ]);
    // Asked again, as nobody holds it any more; this time the answer is no.
    expect(fates(events)).toEqual(['1 ok', '1 ok', '2 ok', '2 ok', '2 denied answer', '1 ok', '1 denied answer', '1 ok']);
    expect(events.findLast((event) => event.type === 'tool.finished')).toMatchObject({ text: expect.stringMatching(/\[(exit by|ended)/u) });
  });

  test('and approved anew counts again, but only as far as it was approved anew', async () => {
    let asked = 0;
    const answer = async (event: Asked): Promise<Reply> => {
      if (event.kind === 'question') {
        await here.kernel.revoke(rules('exec:git')[0] as Capability, 'the test');
        return { verdict: 'text', text: 'gone' };
      }
      asked += 1;
      return asked === 1 ? RUN : { verdict: 'deny', scope: 'once' };
    };
    const question = { calls: [{ name: 'ask', input: { question: 'ready?' } }] };
    const turns = [question, bash('git init -q x'), bash('git init -q y'), bash('git add .'), done];
    const events = await played(turns, answer, { grants: rules('fs:write:.', 'exec:git') });
    expect(fates(events)).toEqual(['1 ok', '1 ok', '1 ok', '1 denied answer']);
  });

  test('is forgotten in every folder, with what it covers', async () => {
    await played([bash('touch a'), bash('git init -q x'), done], () => ({ verdict: 'allow', scope: 'rule' }));
    expect(await here.kernel.revoke(rules('exec:git')[0] as Capability, 'the test')).toEqual({ runs: [], forgotten: 1 });
    expect(JSON.parse(readFileSync(join(here.home.path, 'approvals.json'), 'utf8'))).toMatchObject([{ rule: 'exec:touch' }]);
  });

  test('stays lost after a resume, and so does what was approved before it', async () => {
    let stop: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const leave = here.kernel.subscribe((event) => {
      if (event.type !== 'approval.asked') return;
      if (event.kind === 'approval') void here.kernel.answer(event.ask as AskId, RUN, 'the test', 'terminal');
      else void here.kernel.revoke(rules('exec:touch')[0] as Capability, 'the test').then(stop);
    });
    const turns = [bash('touch a'), { calls: [{ name: 'ask', input: { question: 'go on?' } }] }, bash('touch b'), done];
    const { run, pid } = await here.kernel.start(here.request(turns, { ...ASKING, grants: rules('fs:write:.') }));
    await stopped;
    await here.kernel.signal(pid, 'KILL', 'the test');
    await here.kernel.wait(pid);
    leave();
    const again = await here.kernel.resume(run, { answer: 'yes' });
    await here.kernel.wait(again.pid);
    expect(existsSync(at('a'))).toBe(true);
    expect(existsSync(at('b'))).toBe(false);
  });
});
