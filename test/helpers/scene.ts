import type { BusEvent, KernelEvent, Payload } from '../../src/kernel/events.ts';
import { pidOf, type RunId, runIdOf } from '../../src/kernel/ids.ts';

/** A run whose events are written one by one, with the envelope of a real log. */
export interface Scene {
  readonly run: RunId;
  /** The next event of the run, of process `pid`. */
  event(pid: number, payload: Payload, change?: { readonly actor?: string }): KernelEvent;
  /** What is only on the bus: a piece of an answer, of thinking, or of what a call prints. */
  delta(pid: number, kind: 'text' | 'thinking' | { readonly call: string }, text: string): BusEvent;
}

export const SCENE_START = 1_700_000_000_000;

/** The place in the log is shared by scenes that are given the same one. */
export function createScene(name = 'r_scene', log: { leaf: number } = { leaf: 0 }): Scene {
  const run = runIdOf(name);
  let seq = 0;
  let n = 0;
  return {
    run,
    event(pid, payload, { actor = 'kernel' } = {}) {
      n = 0;
      const leaf = log.leaf++;
      const envelope = { v: 1, seq: seq++, leaf, at: SCENE_START + leaf * 1000, mono: leaf * 1000, boot: 'b', run, pid: pidOf(pid), actor } as const;
      return { ...envelope, ...payload } as KernelEvent;
    },
    delta(pid, kind, text) {
      const body = typeof kind === 'string' ? { type: 'model.delta', kind } : { type: 'tool.delta', call: kind.call };
      return { v: 1, run, pid: pidOf(pid), after: seq - 1, n: n++, ...body, text } as BusEvent;
    },
  };
}

const NO_LIMITS = { tokens: null, usd: null, turns: null, wall_ms: null, tool_calls: null };

export const started = (kind: 'chat' | 'prompt' | 'interview' | 'run', title = 'a title'): Payload => ({
  type: 'run.started',
  ...{ kind, title, cwd: '/w', version: '0', model: 'a/model', limits: NO_LIMITS, grants: [], denies: [], interactive: true, request: {} },
  facts: { id: 'a/model', context_tokens: 1000, max_output: 100, images: false, price: null },
  sandbox: { kind: 'bwrap', detail: 'bubblewrap' },
});

export const forked = (name: string, ppid: number, args: object = {}, body = 'agent'): Payload =>
  ({ type: 'process.forked', ppid, name, body, args, cwd: '/w', caps: [], nice: 0, limits: NO_LIMITS, model: 'a/model' }) as Payload;

export const said = (text: string): Payload => ({ type: 'message.sent', from: 'user', text });

export const requested = (request: number, change: object = {}): Payload =>
  ({ type: 'model.requested', request, model: 'a/model', turn: request + 1, messages: 1, est_tokens: 250, max_output: 100, ...change }) as Payload;

const USAGE = { input: 10, output: 5, cache_read: 0, cache_write: 0 };

export const answered = (request: number, parts: readonly object[], change: object = {}): Payload =>
  ({ type: 'model.answered', request, model: 'a/model', stop: 'end', parts, usage: USAGE, cost_usd: 0.01, ms: 5, ...change }) as Payload;

const ALLOWED = { verdict: 'allow', rule: 'r', reason: 'granted' } as const;

export const intended = (call: string, tool: string, action: string): Payload => ({
  type: 'tool.intended',
  ...{ call, answers: '', tool, action, input: {}, input_sha256: '', effect: 'read', needs: [], decision: ALLOWED },
});

export const finished = (call: string, tool: string, text: string, change: object = {}): Payload =>
  ({ type: 'tool.finished', call, tool, ok: true, text, text_sha256: '', ms: 7, ...change }) as Payload;

/** A conversation as far as its first word: its root is process 1, its agent process 2. */
export function conversation(scene: Scene, task = 'hello'): readonly KernelEvent[] {
  return [
    scene.event(0, started('chat', task)),
    scene.event(1, forked('agent', 0, {}, 'chat')),
    scene.event(2, forked('assistant', 1, { task, converses: true })),
  ];
}
