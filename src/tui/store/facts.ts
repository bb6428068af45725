import type { KernelEvent } from '../../kernel/events.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { RunFacts } from '../state.ts';

/** What is said of a run where it begins or goes on. */
export function factsIn(event: KernelEvent, before: RunFacts | undefined): RunFacts {
  if (event.type !== 'run.started' && event.type !== 'run.resumed') return before ?? { window: undefined, sandbox: '' };
  const { context_tokens } = isObject(event.facts) ? event.facts : ({} as JsonObject);
  return {
    window: typeof context_tokens === 'number' ? context_tokens : undefined,
    sandbox: event.type === 'run.started' ? event.sandbox.kind : (before?.sandbox ?? ''),
  };
}
