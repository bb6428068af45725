import { expect } from 'vitest';
import { NO_LIMITS } from '../../src/kernel/budget.ts';
import type { Capability } from '../../src/kernel/capability.ts';
import type { BusEvent, EventOf, KernelEvent } from '../../src/kernel/events.ts';
import type { Pid, RunId } from '../../src/kernel/ids.ts';
import type { Ports, RunRequest } from '../../src/kernel/kernel-types.ts';
import { AGENT_ARGS } from '../../src/kernel/loop.ts';
import type { Message } from '../../src/kernel/message.ts';
import type { ModelRequest } from '../../src/kernel/model.ts';
import { replay } from '../../src/kernel/replay/replay.ts';
import { foldTranscript } from '../../src/kernel/transcript.ts';
import { openTestKernel, type TestKernel, type TestKernelOptions } from './kernel.ts';

/** A kernel whose models remember what they were asked. */
export interface TalkKernel extends TestKernel {
  readonly asked: readonly ModelRequest[];
}

export function openTalkKernel(options: TestKernelOptions = {}): TalkKernel {
  const asked: ModelRequest[] = [];
  const through = (ports: Ports): Ports => ({
    ...ports,
    models: {
      ...ports.models,
      async open(id) {
        const model = await ports.models.open(id);
        return {
          ...model,
          stream(request, signal) {
            asked.push({ ...request, messages: [...request.messages] });
            return model.stream(request, signal);
          },
        };
      },
    },
  });
  return { ...openTestKernel({ ...options, through }), asked };
}

/** A conversation under way. */
export interface Talk {
  readonly run: RunId;
  /** The root, and who converses. */
  readonly root: Pid;
  readonly agent: () => Pid;
  /** All events so far, and the deltas between them. */
  readonly heard: readonly BusEvent[];
  /** The first event from the `nth` on that the claim holds of. */
  until<T extends BusEvent['type']>(type: T, claim?: (event: Extract<BusEvent, { type: T }>) => boolean, nth?: number): Promise<Extract<BusEvent, { type: T }>>;
  /** Says something and waits until it has been dealt with. */
  say(text: string): Promise<void>;
  /** What the agent is asked next goes on from what the log says; and a replay gives the same events. */
  hold(): Promise<readonly KernelEvent[]>;
}

/** Starts a conversation in which the agent plays these turns. */
export async function talk(here: TalkKernel, turns: readonly object[] | object, change: Partial<RunRequest> = {}): Promise<Talk> {
  const script = Array.isArray(turns) ? { agents: { assistant: turns } } : turns;
  const request = here.request(script, { ...CHAT, grants: grantsIn(here), ...change });
  const heard: BusEvent[] = [];
  const leave = here.kernel.subscribe((event) => void heard.push(event));
  const { run, pid } = await here.kernel.start(request);
  leave();
  return talkOn(
    here,
    run,
    pid,
    heard.filter((event) => event.run === run),
  );
}

const CHAT = { kind: 'chat', body: 'chat', args: { task: '' }, limits: NO_LIMITS, interactive: true, asks: true } as const;

/** Files, commands that only read, and what the tests run. */
const grantsIn = ({ workspace }: TestKernel): readonly Capability[] => [
  { on: 'fs', right: 'read', under: workspace },
  { on: 'fs', right: 'write', under: workspace },
  { on: 'exec', command: '*', reads: true },
  ...['sleep', 'sh', 'make', 'test'].map((command) => ({ on: 'exec', command }) as const),
  { on: 'proc', right: 'fork' },
];

export function talkOn(here: TalkKernel, run: RunId, root: Pid, known: readonly BusEvent[] = []): Talk {
  const heard = [...known];
  here.kernel.subscribe((event) => void (event.run === run && heard.push(event)));
  const until: Talk['until'] = (type, claim = () => true, nth = 0) =>
    new Promise((resolve) => {
      const found = heard.slice(nth).find((event) => event.type === type && claim(event as never));
      if (found) return resolve(found as never);
      const off = here.kernel.subscribe((event) => {
        if (event.run !== run || event.type !== type || !claim(event as never)) return;
        off();
        resolve(event as never);
      });
    });
  const agent = (): Pid => {
    const forked = heard.find((event) => event.type === 'process.forked' && (event.args as { converses?: boolean }).converses === true);
    return (forked as EventOf<'process.forked'> | undefined)?.pid ?? root;
  };
  return {
    run,
    root,
    agent,
    heard,
    until,
    async say(text) {
      const nth = heard.length;
      await here.kernel.send(root, text, 'user');
      await until('process.moved', (event) => event.to === 'waiting', nth);
    },
    async hold() {
      const events: KernelEvent[] = [];
      for await (const event of here.kernel.read({ run })) events.push(event);
      expectSameTalk(here, events, agent());
      const played = await replay(events, here.ports);
      expect(leftAt(played)).toBe('');
      return events;
    },
  };
}

/** Each request holds what a process that goes on from the log before it would ask. */
function expectSameTalk({ asked }: TalkKernel, events: readonly KernelEvent[], pid: Pid): void {
  const own = events.filter((event) => event.pid === pid || event.type === 'workspace.restored');
  const forked = own.find((event) => event.type === 'process.forked') as EventOf<'process.forked'>;
  const args = AGENT_ARGS.parse(forked.args);
  own.forEach((event, at) => {
    if (event.type !== 'model.requested' || event.purpose) return;
    const request = asked.find((one) => one.session === `${event.run}/${pid}` && one.number === event.request);
    if (!request) return;
    expect(plain(foldTranscript(args, own.slice(0, at + 1)).messages)).toEqual(plain(request.messages));
  });
}

/** Where a replay left the course of the recording. */
function leftAt({ divergence }: Awaited<ReturnType<typeof replay>>): string {
  if (!divergence) return '';
  const { seq, expected, got, reason } = divergence;
  return `${seq}: ${expected?.type} of ${expected?.pid}, got ${got?.type} of ${got?.pid}: ${reason}`;
}

/** Sources of a result are for another conversation that goes on with it. */
const plain = (messages: readonly Message[]): unknown => JSON.parse(JSON.stringify(messages, (key, value) => (key === 'taint' ? undefined : value)));
