import type { EventDraft, KernelEvent } from './events.ts';
import type { Kernel, Ports } from './kernel-types.ts';
import type { Message } from './message.ts';
import type { Model, ModelEvent, ModelRequest } from './model.ts';
import type { Redactor } from './text/redact.ts';

/**
 * Secrets are taken out where text comes in, so that what an agent reads, what the log keeps and what a replay makes of
 * it are the same text: answers of models here, results of tools in the gate, outputs of commands in their driver,
 * words of people in `redactedKernel`. What is written to the log and what is asked of a model is looked at once more,
 * whatever it was made from.
 */
export const redactedPorts = (ports: Ports): Ports => {
  const { redactor, log, models } = ports;
  return {
    ...ports,
    log: { ...log, append: (drafts) => log.append(drafts.map((draft) => redactedEvent(redactor, draft))) },
    models: { ...models, open: async (id) => redactedModel(redactor, await models.open(id)) },
  };
};

/**
 * The kernel as others call it. Of a specification only configured secrets are taken out: it says what is to be built
 * and how that is checked, and a key of a known format in it may be an example that is part of the task.
 */
export const redactedKernel = <K extends Kernel>(redactor: Redactor, kernel: K): K => ({
  ...kernel,
  start: (request) => kernel.start(request.kind === 'run' ? redactor.configured(request) : redactor.value(request)),
  resume: (run, options) => kernel.resume(run, redactor.value(options)),
  wait: async (pid) => redactor.value(await kernel.wait(pid)),
  send: (pid, text, ...from) => kernel.send(pid, redactor.text(text), ...from),
  answer: (ask, reply, ...by) => kernel.answer(ask, redactor.value(reply), ...by),
});

/** The first event of a run holds the specification, from which the run is resumed. */
export const redactedEvent = <E extends EventDraft | KernelEvent>(redactor: Redactor, event: E): E =>
  event.type === 'run.started' ? redactor.configured(event) : redactor.value(event);

function redactedModel(redactor: Redactor, model: Model): Model {
  // A conversation grows by messages that never change: each is looked at once.
  const known = new WeakMap<Message, Message>();
  const clean = (message: Message): Message => {
    const found = known.get(message) ?? redactor.value(message);
    known.set(message, found);
    return found;
  };
  const asked = (request: ModelRequest): ModelRequest => ({
    ...request,
    system: redactor.text(request.system),
    tools: redactor.value(request.tools),
    messages: request.messages.map(clean),
  });
  return { ...model, stream: (request, signal) => redactedStream(redactor, model.stream(asked(request), signal)) };
}

async function* redactedStream(redactor: Redactor, events: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> {
  const streams = { thinking: redactor.stream(), text: redactor.stream() };
  for await (const event of events) {
    if (event.type === 'text' || event.type === 'thinking') yield* said(event.type, streams[event.type].push(event.text));
    else if (event.type === 'calling') yield redactor.value(event);
    else {
      const rest = [...said('thinking', streams.thinking.end()), ...said('text', streams.text.end())];
      // What an attempt said that failed is void.
      if (event.type === 'done') yield* rest;
      yield redactor.value(event);
    }
  }
}

const said = (type: 'thinking' | 'text', text: string): readonly ModelEvent[] => (text === '' ? [] : [{ type, text }]);
