import type { EventOf, KernelEvent } from '../../kernel/events.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';

/** Keeps what the model answered, as the file of a scripted model: `--model script:FILE` plays it again. */
export interface Recorder {
  take(event: KernelEvent): void;
  script(): Promise<string>;
}

export function createRecorder(): Recorder {
  const names = new Map<number, string>();
  const agents = new Map<string, JsonObject[]>();
  /** How a conversation ended that got no answer any more. */
  const faults = new Map<string, JsonObject>();
  let facts: JsonObject = {};
  const nameOf = ({ pid, purpose }: { pid: number; purpose?: string | undefined }): string => {
    const name = names.get(pid) ?? 'default';
    return purpose === undefined ? name : `${purpose} of ${name}`;
  };
  return {
    take(event) {
      if (event.type === 'run.started') facts = factsOf(event.facts);
      if (event.type === 'process.forked') names.set(event.pid, unused(event.name, names));
      if (event.type === 'model.failed') {
        const fault = faultOf(event);
        if (fault) faults.set(nameOf(event), fault);
      }
      if (event.type !== 'model.answered') return;
      const name = nameOf(event);
      faults.delete(name);
      agents.set(name, [...(agents.get(name) ?? []), turnOf(event)]);
    },
    async script() {
      const { stringify } = await import('yaml');
      for (const [name, fault] of faults) agents.set(name, [...(agents.get(name) ?? []), fault]);
      return `# Recorded by Oxios. Play it with: --model script:THIS_FILE\n${stringify({ ...facts, agents: Object.fromEntries(agents) })}`;
    },
  };
}

/** Several agents of one name are told apart by their number, as the scripted model does it. */
function unused(name: string, names: ReadonlyMap<number, string>): string {
  const taken = new Set(names.values());
  let free = name;
  for (let nth = 2; taken.has(free); nth++) free = `${name}#${nth}`;
  return free;
}

/** The window and the price decide when a conversation is shortened and what it costs. */
function factsOf(facts: Json): JsonObject {
  if (!isObject(facts)) return {};
  const { context_tokens, max_output, price } = facts;
  return { context_tokens, max_output, price } as JsonObject;
}

function turnOf({ parts: raw, usage, stop }: EventOf<'model.answered'>): JsonObject {
  const parts = raw as unknown as readonly Part[];
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const thinking = parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : [])).join('');
  const calls = parts.flatMap((part) => (part.type !== 'call' ? [] : [callOf(part)]));
  const isPlain = stop === (calls.length > 0 ? 'tools' : 'end');
  return {
    ...(thinking === '' ? {} : { thinking }),
    ...(text === '' ? {} : { text }),
    ...(calls.length === 0 ? {} : { calls }),
    ...(isPlain ? {} : { stop }),
    usage: { ...usage },
  };
}

const callOf = (part: Extract<Part, { type: 'call' }>): JsonObject =>
  part.malformed === undefined ? { name: part.name, input: part.input } : { name: part.name, raw: part.malformed };

/** What a scripted model can say instead of an answer; an interruption is none. */
const faultOf = ({ code, message, final }: EventOf<'model.failed'>): JsonObject | undefined =>
  final && code !== 'ABORTED' && code !== 'SCRIPT_EXHAUSTED' ? { fault: { code, message } } : undefined;
