import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../../src/drivers/model/breaker.ts';
import { createModels } from '../../../src/drivers/model/models.ts';
import { CONFIG } from '../../../src/kernel/config.ts';
import type { ModelDone, ModelEvent } from '../../../src/kernel/model.ts';
import { resets, says, stallsAfter, status } from '../../helpers/provider-plays.ts';
import { type Play, type ProviderServer, providerServer, type Script } from '../../helpers/provider-server.ts';
import { REQUEST } from './world.ts';

const PAUSE_MS = CONFIG.parse({}).breaker_pause_s * 1000;

function breakerAt() {
  let now = 0;
  const breaker = createBreaker({ pause_ms: PAUSE_MS, now: () => now });
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) {
      breaker.enters();
      breaker.failed('down');
    }
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { breaker, fail, pass };
}

describe('the circuit breaker', () => {
  test('opens after five failures in a row, for 30 seconds', () => {
    const { breaker, fail, pass } = breakerAt();
    expect(PAUSE_MS).toBe(30_000);
    fail(4);
    expect(breaker.enters()).toBe(true);
    breaker.failed('down');
    expect([breaker.enters(), breaker.left()]).toEqual([false, 30_000]);
    pass(29_999);
    expect(breaker.enters()).toBe(false);
    pass(1);
    expect(breaker.enters()).toBe(true);
  });

  test('a success in between begins the count again', () => {
    const { breaker, fail } = breakerAt();
    fail(4);
    breaker.succeeded();
    fail(4);
    expect(breaker.enters()).toBe(true);
  });

  test.each<readonly [string, 'succeeded' | 'failed' | 'leaves', boolean]>([
    ['succeeds: everyone is let in', 'succeeded', true],
    ['fails: the next 30 seconds begin', 'failed', false],
    ['says nothing: the next one probes', 'leaves', true],
  ])('after the pause one probe is let in; when it %s', async (_, how, lets) => {
    const { breaker, fail, pass } = breakerAt();
    fail(5);
    pass(30_000);
    expect([breaker.enters(), breaker.enters()]).toEqual([true, false]);
    const woken = breaker.changed(new AbortController().signal);
    breaker[how]('still down');
    await woken;
    expect([breaker.enters(), breaker.enters()]).toEqual([lets, how === 'succeeded']);
  });

  test('who waits for it is woken by an abort', async () => {
    const { breaker, fail } = breakerAt();
    fail(5);
    const abort = new AbortController();
    const woken = breaker.changed(abort.signal);
    abort.abort();
    await woken;
    expect(breaker.enters()).toBe(false);
  });
});

/** Several requests of one kernel to one server. */
async function kernelWith(
  script: Script,
  config: object,
): Promise<{ server: ProviderServer; ask(signal?: AbortSignal): Promise<{ done: ModelDone; events: ModelEvent[] }> }> {
  const server = await providerServer(script);
  const models = createModels({ config: CONFIG.parse(config), env: server.env });
  return {
    server,
    async ask(signal = new AbortController().signal) {
      const events: ModelEvent[] = [];
      for await (const event of (await models.open('openai/m')).stream(REQUEST, signal)) events.push(event);
      return { events, done: events.at(-1) as ModelDone };
    },
  };
}

const down =
  (times: number): Script =>
  (_, number): Play =>
    number < times ? status(503, { message: 'overloaded' }) : says({ text: 'up again' });

describe('a model behind it', () => {
  test('without another try, a request is refused while it is open and says why it failed last', async () => {
    const { server, ask } = await kernelWith(down(99), { retries: 0 });
    for (let n = 0; n < 5; n++) await ask();
    const { done } = await ask();
    await server.close();
    expect(server.asked).toHaveLength(5);
    expect(done).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', message: expect.stringMatching(/failed 5 times in a row.*answered 503: overloaded/u) });
  });

  test('with tries left, many agents wait for the pause, one probes, and all go on', async () => {
    let beside = 0;
    let arrived = 0;
    const slow: Play = async (asked, response) => {
      const before = arrived;
      await new Promise((resolve) => setTimeout(resolve, 300));
      beside = arrived - before;
      await says({ text: 'up again' })(asked, response);
    };
    const script: Script = (_, n) => {
      arrived = n;
      return n < 8 ? status(503) : n === 8 ? slow : says({ text: 'up again' });
    };
    const { server, ask } = await kernelWith(script, { retries: 5, breaker_pause_s: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
    await server.close();
    for (const { done } of answers) expect(done).toMatchObject({ ok: true, parts: [{ text: 'up again' }] });
    // While the probe was under way, nobody else was let in.
    expect(beside).toBe(0);
    expect(answers.some(({ events }) => events.some((event) => event.type === 'retry' && event.message.includes('left alone')))).toBe(true);
  });

  test.each<readonly [string, Play]>([
    ['429', status(429, { headers: { 'retry-after': '0' } })],
    ['400', status(400)],
    ['404', status(404)],
  ])('%s is an answer of a provider that is up: it never opens', async (_, play) => {
    const { server, ask } = await kernelWith([play], { retries: 0 });
    for (let n = 0; n < 7; n++) await ask();
    await server.close();
    expect(server.asked).toHaveLength(7);
  });

  test('a probe that is aborted leaves the door to the next one', async () => {
    const script = [resets, resets, resets, resets, resets, stallsAfter(undefined), says({ text: 'up again' })] as const;
    const { server, ask } = await kernelWith(script, { retries: 0, breaker_pause_s: 0.05 });
    for (let n = 0; n < 5; n++) await ask();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const abort = new AbortController();
    void server.request(5).then(() => abort.abort());
    expect((await ask(abort.signal)).done).toMatchObject({ code: 'ABORTED' });
    expect((await ask()).done).toMatchObject({ ok: true });
    await server.close();
  });
});
