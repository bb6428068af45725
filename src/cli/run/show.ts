import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Io } from '../io.ts';
import { progressLine } from '../render/events.ts';
import { follow, liveLine, nothingYet } from '../render/live.ts';
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
  const state = nothingYet();
  const look = { verbose: io.verbose, paint: io.live ? coloured : plain };
  let line = '';
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    if (line !== '') process.stderr.write('\r\u001b[K');
    line = '';
  };
  const draw = () => {
    timer = undefined;
    line = liveLine(state, Math.round((Date.now() - began) / 1000), process.stderr.columns ?? 80);
    process.stderr.write(`\r\u001b[K${line}`);
  };
  const say = (text: string) => {
    clear();
    io.say(text);
  };
  /** Verdicts of the generation under way. Where the live line counts them, those of the last one are said in the table at the end alone. */
  const held: string[] = [];
  const release = (goesOn: boolean) => {
    for (const verdict of held.splice(0)) if (goesOn) say(verdict);
  };
  const write = (event: KernelEvent) => {
    if (event.type === 'lineage.judged') release(isContinued(event));
    const text = isEnd(event) ? undefined : progressLine(event, look);
    if (text === undefined) return;
    if (io.live && event.type === 'ac.judged') held.push(text);
    else say(text);
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

const isContinued = (event: KernelEvent): boolean => (event as unknown as JsonObject).decision === 'continue';

/** How the run itself ended is said once, when everything is written. */
const isEnd = (event: KernelEvent): boolean =>
  event.type === 'run.result' || (event.type === 'process.exited' && event.exit.how === 'failed') || (event.type === 'model.failed' && event.final);
