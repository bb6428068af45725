import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A turn as `trial.ts` writes them, or a failure by HTTP status. */
export type Turn = { readonly text?: string; readonly calls?: readonly { name: string; input: object }[]; readonly status?: number };

export interface ListeningModel {
  /** For the environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The whole body of every request so far, retries too. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** A model server on loopback that keeps every byte it is sent. Turns are found by the name of the agent, and given in order. */
export async function listeningModel(agents: Readonly<Record<string, readonly Turn[]>>): Promise<ListeningModel> {
  const heard: string[] = [];
  const given = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    heard.push(`${request.url}\n${JSON.stringify(request.rawHeaders)}\n${body}`);
    const name = Object.keys(agents).find((one) => body.includes(`You are ${one},`)) ?? '';
    const at = given.get(name) ?? 0;
    given.set(name, at + 1);
    const turn = agents[name]?.[at] ?? { text: 'nothing more' };
    if (turn.status !== undefined) {
      response.writeHead(turn.status, { 'content-type': 'application/json', 'retry-after': '0' });
      response.end(JSON.stringify({ error: { message: 'scripted', type: 'server_error' } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(eventsOf(turn, `${name}-${at}`).join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    env: { OPENAI_BASE_URL: base, OPENAI_API_KEY: 'test' },
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function eventsOf({ text = '', calls = [] }: Turn, id: string): readonly string[] {
  const event = (delta: object, finish: string | null, usage?: object) =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...usage })}\n\n`;
  const tools = calls.map(({ name, input }, index) => ({
    index,
    id: `call_${id}_${index}`.replace(/\W/gu, '_'),
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  return [
    event({ role: 'assistant', content: text }, null),
    ...(tools.length > 0 ? [event({ tool_calls: tools }, null)] : []),
    event({}, tools.length > 0 ? 'tool_calls' : 'stop', { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }),
    'data: [DONE]\n\n',
  ];
}
