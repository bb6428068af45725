import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model says in one turn: calls of tools, its last words, or nothing at all, for ever. */
export type Turn = { readonly calls: readonly ToolCall[] } | { readonly text: string } | { readonly tokens: number } | { readonly silent: true };

interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One request as the server saw it, milliseconds of `performance.now()`. */
export interface Served {
  readonly arrived: number;
  /** The last byte of the answer was handed to the system. */
  ended: number;
  /** The first tool called in the answer. */
  readonly called: string | undefined;
}

export interface ModelServer {
  /** For OPENAI_BASE_URL. */
  readonly base: string;
  /** The turns of one conversation, told from the next by the first words of its user; forgets what was served. */
  play(turnsOf: (task: string) => readonly Turn[]): void;
  readonly served: readonly Served[];
  close(): Promise<void>;
}

/** What every scripted conversation ends with. */
export const DONE = 'BENCH DONE';
/** Bytes written at once. */
const SLICE = 32 * 1024;

/** A model on loopback that speaks Chat Completions as fast as it is read. The turn is the number of tool results in the request. */
export async function modelServer(): Promise<ModelServer> {
  let turnsOf: (task: string) => readonly Turn[] = () => [];
  let served: Served[] = [];
  const server = createServer(async (request, response) => {
    const arrived = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    const answers = messages.filter((one) => one.role === 'tool').length;
    const turn = turnAfter(turnsOf(taskOf(messages)), answers);
    const one: Served = { arrived, ended: 0, called: 'calls' in turn ? turn.calls[0]?.name : undefined };
    served.push(one);
    if ('silent' in turn) return;
    response.on('finish', () => {
      one.ended = performance.now();
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const slice of slices(eventsOf(turn))) {
      if (!response.write(slice)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    play(turns) {
      turnsOf = turns;
      served = [];
    },
    get served() {
      return served;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

const taskOf = (messages: Asked['messages']): string => String(messages.find((one) => one.role === 'user')?.content ?? '');

/** The first turn that all the answers so far come before. */
function turnAfter(turns: readonly Turn[], answers: number): Turn {
  let before = 0;
  for (const turn of turns) {
    if (before >= answers) return turn;
    before += 'calls' in turn ? turn.calls.length : 0;
  }
  return { text: DONE };
}

function eventsOf(turn: Exclude<Turn, { silent: true }>): readonly string[] {
  const event = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'bench-1', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const end = [
    event({}, 'calls' in turn ? 'tool_calls' : 'stop'),
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: 'bench-1', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 20 } })}\n\n`,
    'data: [DONE]\n\n',
  ];
  if ('text' in turn) return [event({ role: 'assistant', content: turn.text }), ...end];
  if ('tokens' in turn)
    return [
      event({ role: 'assistant', content: '' }),
      ...Array.from({ length: turn.tokens }, (_, at) => event({ content: wordAt(at) })),
      event({ content: DONE }),
      ...end,
    ];
  const calls = turn.calls.map(({ name, input }, index) =>
    event({
      tool_calls: [
        { index, id: `call_${index}_${Math.random().toString(36).slice(2)}`, type: 'function', function: { name, arguments: JSON.stringify(input) } },
      ],
    }),
  );
  return [event({ role: 'assistant', content: null }), ...calls, ...end];
}

/** Markdown as models write it, a paragraph every forty words. */
const WORDS = ['the', ' quick', ' brown', ' fox', ' **jumps**', ' over', ' `the`', ' lazy', ' dog', '.'];
const wordAt = (at: number): string => (at % 40 === 39 ? '\n\n' : (WORDS[at % WORDS.length] ?? ''));

function* slices(events: readonly string[]): Iterable<string> {
  let buffer = '';
  for (const event of events) {
    buffer += event;
    if (buffer.length < SLICE) continue;
    yield buffer;
    buffer = '';
  }
  if (buffer !== '') yield buffer;
}
