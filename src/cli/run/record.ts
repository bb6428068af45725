import type { KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';

/** Keeps what the model answered, as the file of a scripted model: `--model script:FILE` plays it again. */
export interface Recorder {
  take(event: KernelEvent): void;
  script(): Promise<string>;
}

export function createRecorder(): Recorder {
  const names = new Map<number, string>();
  const agents: Record<string, unknown[]> = {};
  return {
    take(event) {
      if (event.type === 'process.forked') names.set(event.pid, event.name);
      if (event.type !== 'model.answered' || event.purpose) return;
      const name = names.get(event.pid) ?? 'default';
      agents[name] ??= [];
      agents[name].push(turnOf(event.parts as unknown as readonly Part[]));
    },
    async script() {
      const { stringify } = await import('yaml');
      return `# Recorded by Oxios. Play it with: --model script:THIS_FILE\n${stringify({ agents })}`;
    },
  };
}

function turnOf(parts: readonly Part[]): JsonObject {
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const thinking = parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : [])).join('');
  const calls = parts.flatMap((part) => (part.type !== 'call' ? [] : [callOf(part)]));
  return { ...(thinking === '' ? {} : { thinking }), ...(text === '' ? {} : { text }), ...(calls.length === 0 ? {} : { calls }) };
}

const callOf = (part: Extract<Part, { type: 'call' }>): JsonObject =>
  part.malformed === undefined ? { name: part.name, input: part.input } : { name: part.name, raw: part.malformed };
