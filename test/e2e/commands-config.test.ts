import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => here.remove());

const config = (...args: readonly string[]) => oxios(['config', ...args], { home: here.home });
const file = () => join(here.home, '.oxios/config.json');
const said = async (...args: readonly string[]) => (await config(...args)).stdout.trim();

describe('a key of the configuration', () => {
  test.each([
    ['model', 'openai/gpt-5', 'openai/gpt-5'],
    ['model', '"openai/gpt-5"', 'openai/gpt-5'],
    ['fallback', '["a/b","c/d"]', ['a/b', 'c/d']],
    ['providers.openai.api_key', '12345', '(set)'],
    ['providers.anthropic.base_url', 'http://127.0.0.1:1/v1', 'http://127.0.0.1:1/v1'],
    ['providers.openai-compatible.headers.authorization', 'Bearer x', '(set)'],
    ['providers.openai.api', 'responses', 'responses'],
    ['prices.openai/gpt-5.1-mini', '{"input":1,"output":2}', { input: 1, output: 2 }],
    ['models.openai/gpt-5.1.context_tokens', '1000', 1000],
    ['limits.usd', '1.5', 1.5],
    ['limits.usd', 'null', null],
    ['max_running', '2', 2],
    ['retries', '0', 0],
  ])('%s takes %s, and get, list and the file agree', async (key, value, shown) => {
    const set = await config('set', key, value, '--json');
    expect(set).toMatchObject({ code: 0, stderr: `set ${key}\n` });
    expect(JSON.parse(set.stdout)).toEqual({ key, value: shown });
    expect(JSON.parse(await said('get', key, '--json'))).toEqual(shown);
    expect(await said('list')).not.toMatch(/12345|Bearer/u);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await config('unset', key)).code).toBe(0);
    expect(readFileSync(file(), 'utf8')).not.toContain(`"${key.split('.').at(-1)}"`);
  });

  test('whose text is JSON in a string keeps its real value in the file', async () => {
    await config('set', 'providers.openai.api_key', '12345');
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ providers: { openai: { api_key: '12345' } } });
  });

  test.each([
    [['set', 'modle', 'x'], 'CONFIG_INVALID: there is no key modle; did you mean model?'],
    [['set', 'limits.turn', '1'], 'CONFIG_INVALID: there is no key limits.turn; did you mean limits.turns?'],
    [['get', 'limit'], 'NOT_FOUND: there is no key limit; did you mean limits?'],
    [['unset', 'retires'], 'NOT_FOUND: there is no key retires; did you mean retries?'],
    [['get', 'model'], 'NOT_FOUND: model is not set'],
    [['set', 'model', ''], 'CONFIG_INVALID: model: '],
    [['set', 'limits.turns', '1.5'], 'CONFIG_INVALID: limits.turns: '],
    [['set', 'limits.turns', 'many'], 'CONFIG_INVALID: limits.turns: '],
    [['set', 'providers.anthropic.base_url', 'file:///etc'], 'CONFIG_INVALID: providers.anthropic.base_url: '],
    [['set', 'providers.anthropic.api', 'chat'], 'CONFIG_INVALID: there is no key providers.anthropic.api'],
    [['set', 'prices.x.input', '-1'], 'CONFIG_INVALID: prices.x'],
    [['set', 'prices.__proto__.input', '1'], 'CONFIG_INVALID: __proto__ is no name'],
  ])('%j is refused in one line, and nothing is written', async (args, text) => {
    const ran = await config(...args);
    expect(ran.stderr).toContain(text);
    expect(ran.stderr).toMatch(/^[A-Z_]+: .*\n {2}hint: \S.*\n$/u);
    expect(ran.code).toBe(2);
    expect(() => statSync(file())).toThrow(/ENOENT/u);
  });

  test('that is not known any more is named by every command, and can be taken out', async () => {
    await config('set', 'retries', '1');
    writeFileSync(file(), '{"retries":1,"older":true}');
    expect((await config('list')).stderr).toMatch(/^CONFIG_INVALID: .*older/u);
    expect((await config('set', 'retries', '2')).stderr).toMatch(/^CONFIG_INVALID: .*older/u);
    expect((await config('unset', 'older')).code).toBe(0);
    expect(await said('get', 'retries')).toBe('1');
  });
});

test('config keys names every key that list shows, with type, default and meaning', async () => {
  const keys = JSON.parse(await said('keys', '--json')) as readonly { key: string; type: string; text: string; default?: unknown }[];
  for (const one of keys) expect(one).toMatchObject({ key: expect.stringMatching(/./u), type: expect.stringMatching(/./u), text: expect.stringMatching(/./u) });
  const listed = JSON.parse(await said('list', '--json'));
  for (const { key, default: standard } of keys.filter((one) => one.default !== undefined)) {
    const value = key.split('.').reduce((holder, name) => holder[name], listed);
    expect([key, value]).toEqual([key, standard]);
  }
  expect(await said('keys')).toContain('limits.wall_minutes');
});
