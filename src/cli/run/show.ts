import type { BusEvent } from '../../kernel/events.ts';
import { isDurable } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { Io } from '../io.ts';

/** Shows a run to a person on stderr: a line for what matters, and on a terminal one live line of what goes on. */
export interface Show {
  event(event: BusEvent): void;
  /** Takes the live line away. */
  end(): void;
}

/** Redraws of the live line a second. */
const REDRAW_MS = 100;

export function createShow(io: Io): Show {
  const began = Date.now();
  const state = { tokens: 0, cost: 0 as number | null, tool: '', agent: '', line: '' };
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    if (state.line !== '') process.stderr.write('\r\u001b[K');
    state.line = '';
  };
  const draw = () => {
    timer = undefined;
    const seconds = Math.round((Date.now() - began) / 1000);
    const cost = state.cost === null ? '' : ` $${state.cost.toFixed(4)}`;
    const line = `${state.agent} ${state.tool}`.trim().slice(0, Math.max(20, (process.stderr.columns ?? 80) - 30));
    state.line = `  ${sanitize(line).replaceAll('\n', ' ')} · ${state.tokens} tokens${cost} · ${seconds} s`;
    process.stderr.write(`\r\u001b[K${state.line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  };
  return {
    event(event) {
      if (!isDurable(event) || io.quiet) return;
      follow(state, event as unknown as JsonObject & { type: string });
      const text = lineOf(event as unknown as JsonObject & { type: string }, io.verbose);
      if (text !== undefined) {
        if (io.live) clear();
        io.say(sanitize(text));
      }
      if (io.live) timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    end() {
      clearTimeout(timer);
      if (io.live) clear();
    },
  };
}

type Event = JsonObject & { type: string };

function follow(state: { tokens: number; cost: number | null; tool: string; agent: string }, event: Event): void {
  if (event.type === 'process.forked') state.agent = String(event.name);
  if (event.type === 'tool.intended') state.tool = String(event.action);
  if (event.type === 'model.requested') state.tool = `thinking (turn ${String(event.turn)})`;
  if (event.type === 'budget.settled') state.tokens += Number(event.tokens);
  if (event.type === 'model.answered') state.cost = state.cost === null || event.cost_usd === null ? null : state.cost + Number(event.cost_usd);
}

const MARK: Readonly<Record<string, string>> = { PASS: '✓', FAIL: '✗', BLOCKED: '!', UNVERIFIED: '?', INVALID: '!', UNAVAILABLE: '!' };

/** What a person wants to know; undefined for the rest. */
function lineOf(event: Event, verbose: boolean): string | undefined {
  switch (event.type) {
    case 'run.started':
      return `${String(event.title)}\n  model ${String(event.model)} · ${String((event.sandbox as JsonObject).detail)} · ${limitsLine(event.limits as JsonObject)}`;
    case 'run.resumed':
      return 'going on where it stopped';
    case 'ac.started':
      return `▸ ${String(event.criterion)} ${String(event.title)}`;
    case 'ac.judged':
      return `${MARK[String(event.status)] ?? '?'} ${String(event.criterion)} ${String(event.status)}${reasons(event)}`;
    case 'evaluation.started':
      return '▸ checking in disposable copies';
    case 'tool.denied':
      return `  refused: ${String(event.action)}: ${String((event.decision as JsonObject).reason)}`;
    case 'tool.indoubt':
      return `  unknown outcome: ${String(event.text)}`;
    case 'model.failed':
      return event.final
        ? undefined
        : `  ${String(event.code)}: ${String(event.message)}; trying again in ${Math.round(Number(event.wait_ms ?? 0) / 100) / 10} s`;
    case 'tool.intended':
      return verbose ? `  ${String(event.tool)}: ${String(event.action)}` : undefined;
    case 'budget.exceeded':
      return `  limit reached: ${String(event.limit)} (${String(event.spent)} of ${String(event.max)})`;
    default:
      return undefined;
  }
}

const reasons = (event: Event): string => {
  if (event.status === 'PASS') return '';
  const evidence = (event.evidence as readonly JsonObject[]).filter((one) => one.ok === false).map((one) => String(one.text));
  return evidence.map((text) => `\n    ${text.split('\n')[0]}`).join('');
};

function limitsLine(limits: JsonObject): string {
  const parts = [
    limits.turns === null ? '' : `${String(limits.turns)} turns an agent`,
    limits.wall_ms === null ? '' : `${Math.round(Number(limits.wall_ms) / 60_000)} min`,
    limits.tool_calls === null ? '' : `${String(limits.tool_calls)} tool calls`,
    limits.tokens === null ? '' : `${String(limits.tokens)} tokens`,
    limits.usd === null ? 'no cost limit' : `$${String(limits.usd)}`,
  ];
  return `limits: ${parts.filter(Boolean).join(', ')}`;
}
