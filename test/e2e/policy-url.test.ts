import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeAll(() => {
  here = place();
});
afterAll(() => here.remove());

const explained = (...args: readonly string[]) => oxios(['policy', 'explain', ...args], { home: here.home });
const verdict = async (url: string, ...args: readonly string[]): Promise<unknown> => JSON.parse((await explained('--url', url, '--json', ...args)).stdout);

const rows = readFileSync(new URL('../vectors/url-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { input: string; verdict: string });

describe('oxios policy explain --url', () => {
  test.each(rows)('$input: $verdict', async ({ input, verdict: expected }) => {
    expect(await verdict(input)).toMatchObject({ verdict: expected, reason: expect.any(String) });
  });

  test('says what a grant changes', async () => {
    expect(await verdict('https://example.com/')).toEqual({ verdict: 'ask', rule: 'not granted', reason: 'net:example.com:443 is not granted' });
    expect(await verdict('https://example.com/', '--grant', 'net:example.com')).toMatchObject({ verdict: 'allow', rule: 'allow net:example.com' });
    expect(await verdict('http://0x7f.1:8080/', '--grant', 'net:127.0.0.1:8080')).toMatchObject({ verdict: 'allow' });
    expect((await explained('--url', 'http://localhost./')).stdout).toBe(
      'deny: localhost is this machine, and only a grant that names it opens it (closed address)\n',
    );
  });

  test('is one question at a time, and a rule that names no host is refused', async () => {
    expect(await explained('--url', 'http://a.org', '--path', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^USAGE: give a command, --path or --url\n/u),
    });
    expect(await explained('--url', 'http://a.org', '--grant', 'net:http://a.org')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^RULE_INVALID: /u),
    });
  });
});
