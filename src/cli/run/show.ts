import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Io } from '../io.ts';
import { progressLine } from '../render/events.ts';
import { fit, oneLine } from '../render/fit.ts';
import { coloured, plain } from '../render/paint.ts';

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
  const state = { tokens: 0, cost: 0 as number | null, tool: '', agent: '', names: new Map<number, string>(), line: '' };
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    if (state.line !== '') process.stderr.write('\r\u001b[K');
    state.line = '';
  };
  const draw = () => {
    timer = undefined;
    const seconds = Math.round((Date.now() - began) / 1000);
    const cost = state.cost === null ? '' : ` $${state.cost.toFixed(4)}`;
    const width = process.stderr.columns ?? 80;
    const what = fit(oneLine(`${state.agent} ${state.tool}`), Math.max(20, width - 30));
    state.line = fit(`  ${what} · ${state.tokens} tokens${cost} · ${seconds} s`, width - 1);
    process.stderr.write(`\r\u001b[K${state.line}`);
  };
  const write = (event: KernelEvent) => {
    const text = isEnd(event) ? undefined : progressLine(event, { verbose: io.verbose, paint: io.live ? coloured : plain });
    if (text === undefined) return;
    clear();
    io.say(text);
  };
  return {
    event(event) {
      if (!isDurable(event) || io.quiet) return;
      follow(state, event as unknown as JsonObject & { type: string });
      write(event);
      if (io.live) timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    end() {
      clearTimeout(timer);
      if (io.live) clear();
    },
  };
}

type Event = JsonObject & { type: string };

interface Following {
  readonly names: Map<number, string>;
  tokens: number;
  cost: number | null;
  tool: string;
  agent: string;
}

function follow(state: Following, event: Event): void {
  if (event.type === 'process.forked') state.names.set(Number(event.pid), String(event.name));
  if (event.type === 'tool.intended' || event.type === 'model.requested') state.agent = state.names.get(Number(event.pid)) ?? '';
  if (event.type === 'tool.intended') state.tool = String(event.action);
  if (event.type === 'model.requested') state.tool = `thinking (turn ${String(event.turn)})`;
  if (event.type === 'budget.settled') state.tokens += Number(event.tokens);
  if (hasCost(event)) state.cost = state.cost === null || event.cost_usd === null ? null : state.cost + Number(event.cost_usd);
}

const hasCost = (event: Event): boolean => event.type === 'model.answered' || (event.type === 'model.failed' && event.usage !== undefined);

/** How the run itself ended is said once, when everything is written. */
const isEnd = (event: KernelEvent): boolean =>
  event.type === 'run.result' || (event.type === 'process.exited' && event.exit.how === 'failed') || (event.type === 'model.failed' && event.final);
