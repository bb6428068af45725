/** One server-sent event: its name, and the JSON text of its data. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
}

/** Splits a byte stream into events, a network chunk at a time; comments and `[DONE]` are passed over. */
export async function* sseBatches(body: ReadableStream<Uint8Array>): AsyncIterable<readonly SseEvent[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = lastBreak(text);
    rest = text.slice(end);
    if (end > 0) yield eventsIn(text.slice(0, end));
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield eventsIn(rest);
}

/** Behind the last blank line. */
function lastBreak(text: string): number {
  const plain = text.lastIndexOf('\n\n');
  const windows = text.lastIndexOf('\r\n\r\n');
  return Math.max(plain < 0 ? 0 : plain + 2, windows < 0 ? 0 : windows + 4);
}

function eventsIn(text: string): readonly SseEvent[] {
  const events: SseEvent[] = [];
  for (const block of text.split(/\r?\n\r?\n/u)) {
    const { event, data } = fieldsOf(block);
    if (data !== '' && data !== '[DONE]') events.push({ event, data });
  }
  return events;
}

function fieldsOf(block: string): SseEvent {
  let event = '';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/u)) {
    if (line.startsWith('data:')) data.push(line.slice(line.charCodeAt(5) === 32 ? 6 : 5));
    else if (line.startsWith('event:')) event = line.slice(6).trim();
  }
  return { event, data: data.join('\n') };
}
