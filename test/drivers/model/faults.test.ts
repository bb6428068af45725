import { describe, expect, test } from 'vitest';
import { cutAfter, errorAfter, halfEvent, raw, replies, resets, says, stallsAfter, status } from '../../helpers/provider-plays.ts';
import type { Play } from '../../helpers/provider-server.ts';
import { eventsOf, type Reply } from '../../helpers/provider-wire.ts';
import { APIS, ask } from './world.ts';

const ANSWER: Reply = {
  blocks: [{ thinking: 'let me see', signature: 'sig' }, { text: 'I write it.' }, { call: 'write', input: { path: 'a', content: 'b' } }],
};
const OK = says({ text: 'here it is' });

const CURED: readonly (readonly [string, Play])[] = [
  ['429 with Retry-After in seconds', status(429, { headers: { 'retry-after': '0' } })],
  ['429 with Retry-After as a date', status(429, { headers: { 'retry-after': new Date(0).toUTCString() } })],
  ['429 with milliseconds', status(429, { headers: { 'retry-after-ms': '1' } })],
  ['429 without a wish', status(429)],
  ['429 with a wish that is none', status(429, { headers: { 'retry-after': 'soon' } })],
  ['408', status(408)],
  ['500', status(500)],
  ['500 with a page of HTML', (_, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<html>'.repeat(10_000))],
  ['529', status(529)],
  ['a reset', resets],
  ['an empty stream', raw('text/event-stream', '')],
  ['a stream of comments alone', raw('text/event-stream', ': hello\n\n: bye\n\n')],
  ['an event that is no JSON', raw('text/event-stream', 'data: {no\n\n')],
  ['events of another kind', raw('text/event-stream', 'data: 7\n\ndata: null\n\n')],
  ['an event of the wrong shape', raw('text/event-stream', 'data: {"choices":7,"type":"content_block_start","content_block":7,"message":7}\n\n')],
  ['an overload inside the stream', errorAfter(3, ANSWER, 'overloaded_error')],
  ['a rate limit inside the stream', errorAfter(3, ANSWER, 'rate_limit_exceeded')],
  ['an error of its own inside the stream', errorAfter(3, ANSWER, 'server_error')],
  ['an error in a body that is JSON', raw('application/json', '{"error":{"message":"overloaded","code":"server_error"}}')],
];

describe.concurrent.each(APIS)('%s', (api) => {
  test.each(CURED)('after %s the next try answers', async (_, fault) => {
    const { done, retries, server } = await ask(api, [fault, OK]);
    expect(done).toMatchObject({ ok: true, parts: [{ type: 'text', text: 'here it is' }] });
    expect(retries).toHaveLength(1);
    expect(server.asked).toHaveLength(2);
  });

  test.each(CURED)('%s that stays is a typed error with a next step', async (_, fault) => {
    const { done, server } = await ask(api, [fault], { config: { retries: 0 } });
    expect(done).toMatchObject({ ok: false, code: expect.stringMatching(/^PROVIDER_/u), hint: expect.stringMatching(/\S/u), parts: [] });
    expect(server.asked).toHaveLength(1);
  });

  test.each(['cut', 'ended'] as const)('an answer that is %s behind any of its events is never taken for whole, nor tried again when it is', async (how) => {
    const events = eventsOf(api, ANSWER);
    const outcomes = await Promise.all(events.map((_, n) => ask(api, [cutAfter(n, ANSWER, how), OK])));
    const whole = outcomes.map(({ done }) => done.parts.some((part) => part.type === 'call'));
    const firstWhole = whole.indexOf(true);
    // Only what belongs to no answer may be missing: usage and [DONE] of Chat Completions.
    expect(firstWhole === -1 ? events.length : firstWhole).toBeGreaterThanOrEqual(api === 'chat' ? events.length - 2 : events.length);
    for (const [n, { done, retries, server }] of outcomes.entries()) {
      expect(done).toMatchObject({ ok: true });
      expect([retries.length, server.asked.length]).toEqual(whole[n] ? [0, 1] : [1, 2]);
      if (!whole[n]) expect(done.parts).toEqual([{ type: 'text', text: 'here it is' }]);
    }
  });

  test.each(['ended', 'cut', 'closed'] as const)('half of any event (%s) is never taken for whole', async (how) => {
    const events = eventsOf(api, ANSWER).filter((event) => !event.includes('[DONE]'));
    const outcomes = await Promise.all(events.map((_, n) => ask(api, [halfEvent(n, ANSWER, how), OK])));
    const whole = outcomes.map(({ done }) => done.parts.some((part) => part.type === 'call'));
    expect(whole.slice(0, -1)).not.toContain(true);
    for (const { done } of outcomes) expect(done).toMatchObject({ ok: true });
  });

  test('an answer is complete when its last event came, whatever becomes of the connection', async () => {
    const { done, server } = await ask(api, [stallsAfter(eventsOf(api, ANSWER).length, ANSWER)], { config: { idle_timeout_s: 2 } });
    expect(done).toMatchObject({ ok: true, stop: 'tools' });
    expect(server.asked).toHaveLength(1);
  });

  test('deltas of an attempt that failed come before its retry, those of the answer behind it', async () => {
    const { events } = await ask(api, [cutAfter(eventsOf(api, ANSWER).length - 4, ANSWER), replies({ blocks: [{ text: 'again' }] })]);
    const kinds = events.map((event) => event.type);
    expect(kinds.indexOf('retry')).toBeGreaterThan(kinds.indexOf('text'));
    expect(events.slice(kinds.indexOf('retry')).flatMap((event) => (event.type === 'text' ? [event.text] : []))).toEqual(['again']);
  });
});
