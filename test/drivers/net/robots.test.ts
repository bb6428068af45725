import { expect, test } from 'vitest';
import type { Answer } from '../../../src/drivers/net/hop.ts';
import { createHeed } from '../../../src/drivers/net/robots.ts';
import { targetOf } from '../../../src/kernel/net/target.ts';

const answer = (status: number, text: string): Answer => ({ status, headers: {}, bytes: new TextEncoder().encode(text), truncated: false });

/** Whether each page may be asked for at its hour, and which origins were asked for their rules. */
async function visits(rows: readonly (readonly [hour: number, url: string])[], said: (origin: string, times: number) => Answer) {
  const asked: string[] = [];
  let now = 0;
  const heed = createHeed('Oxios', [], () => now);
  const allowed: boolean[] = [];
  for (const [hour, url] of rows) {
    now = hour * 60 * 60 * 1000;
    const read = async ({ url: at }: { url: URL }): Promise<Answer> => {
      asked.push(at.href);
      return said(at.origin, asked.length);
    };
    allowed.push(
      await heed(targetOf(url), read).then(
        () => true,
        () => false,
      ),
    );
  }
  return { allowed, asked };
}

test('the rules of an origin hold for a day', async () => {
  const forbids = 'User-agent: *\nDisallow: /';
  const { allowed, asked } = await visits(
    [
      [0, 'http://a.test/1'],
      [23, 'http://a.test/2'],
      [24, 'http://a.test/3'],
      [47, 'http://a.test/4'],
    ],
    (_, times) => answer(200, times === 1 ? forbids : ''),
  );
  expect(allowed).toEqual([false, false, true, true]);
  expect(asked).toEqual(['http://a.test/robots.txt', 'http://a.test/robots.txt']);
});

test('scheme and port make another origin', async () => {
  const urls = ['http://a.test/', 'https://a.test/', 'http://a.test:8080/', 'http://b.test/'];
  const { asked } = await visits(
    urls.map((url) => [0, url]),
    () => answer(404, ''),
  );
  expect(asked).toEqual(urls.map((url) => `${url}robots.txt`));
});

test('a failure is not kept: the next visit asks again', async () => {
  const { allowed } = await visits(
    [
      [0, 'http://a.test/'],
      [0, 'http://a.test/'],
    ],
    (_, times) => answer(times === 1 ? 500 : 404, ''),
  );
  expect(allowed).toEqual([false, true]);
});
