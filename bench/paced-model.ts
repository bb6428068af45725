import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PacedModel {
  /** For OPENAI_BASE_URL. */
  readonly base: string;
  /** Characters of the whole answer. */
  readonly length: number;
  /** Resolves when an answer has gone out. */
  readonly answered: Promise<void>;
  close(): void;
}

const STEP_MS = 10;
const WORDS = 'The parser reads one **token** at a time and keeps `state` between them, so that what is cut off can be read on later. '.split(/(?<= )/u);

/** A model on loopback that answers with so many tokens of Markdown, so many a second, as a provider streams them. */
export async function pacedModel(tokens: number, perSecond: number): Promise<PacedModel> {
  const words = Array.from({ length: tokens }, (_, at) => `${WORDS[at % WORDS.length]}${at % 120 === 119 ? '\n\n' : ''}`);
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finish: string | null, more: object = {}): void =>
      void response.write(
        `data: ${JSON.stringify({ id: 'p', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`,
      );
    const began = performance.now();
    let at = 0;
    const timer = setInterval(() => {
      const due = Math.min(tokens, Math.floor(((performance.now() - began) / 1000) * perSecond));
      for (; at < due; at++) send({ content: words[at] }, null);
      if (at < tokens) return;
      clearInterval(timer);
      send({}, 'stop', { usage: { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 } });
      response.end('data: [DONE]\n\n', () => resolve());
    }, STEP_MS);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    length: words.join('').length,
    answered,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
