import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PacedModel {
  /** For OPENAI_BASE_URL. */
  readonly base: string;
  /** Characters of the whole answer. */
  readonly length: number;
  /** Answers that were begun, and that have gone out. */
  begun(): number;
  count(): number;
  close(): void;
}

const STEP_MS = 10;
const WORDS = 'The parser reads one **token** at a time and keeps `state` between them, so that what is cut off can be read on later. '.split(/(?<= )/u);

/** A model on loopback that answers with so many tokens of Markdown, so many a second and a paragraph, as a provider streams them. */
export async function pacedModel(tokens: number, perSecond: number, aParagraph = 120): Promise<PacedModel> {
  const words = Array.from({ length: tokens }, (_, at) => `${WORDS[at % WORDS.length]}${at % aParagraph === aParagraph - 1 ? '\n\n' : ''}`);
  let begun = 0;
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    begun++;
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
      response.end('data: [DONE]\n\n', () => void count++);
    }, STEP_MS);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    length: words.join('').length,
    begun: () => begun,
    count: () => count,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
