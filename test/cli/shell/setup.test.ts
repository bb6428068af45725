import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/cli/config.ts';
import { createSetup } from '../../../src/cli/shell/setup.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import type { SetupChoice } from '../../../src/tui/ports.ts';
import { closedPort } from '../../helpers/provider-server.ts';

const KEY = 'sk-right-0123456789';
let server: Server;
let root: string;
let home: AbsPath;

/** A provider that lists its models to whoever has the key, in either way of showing it. */
beforeAll(async () => {
  const has = ({ headers }: IncomingMessage) => headers['x-api-key'] === KEY || headers.authorization === `Bearer ${KEY}`;
  server = createServer((request, response) => {
    if (request.url !== '/v1/models') return void response.writeHead(404).end('<html>nothing here</html>');
    if (!has(request)) return void response.writeHead(401).end(JSON.stringify({ error: { message: `no such key ${String(request.headers.authorization)}` } }));
    response.end(JSON.stringify({ data: [{ id: 'small' }, { id: 'large' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), 'oxios-setup-')), 'home') as AbsPath;
});

const setupWith = (env: Record<string, string> = {}, named = '') => createSetup({ home, named: async () => named, env: { ANTHROPIC_BASE_URL: root, ...env } });
const compatible = (change: Partial<Extract<SetupChoice, { is: 'openai-compatible' }>> = {}): SetupChoice => ({
  is: 'openai-compatible',
  base_url: `${root}/v1`,
  key: KEY,
  model: 'small',
  ...change,
});

describe('what is entered is tried', () => {
  test.each([
    ['a key of Anthropic', () => ({ is: 'anthropic', key: KEY }), undefined],
    ['a key with a blank around it', () => ({ is: 'anthropic', key: ` ${KEY}\n` }), undefined],
    ['a wrong key', () => ({ is: 'anthropic', key: 'sk-wrong-0123456789' }), /refused the credentials/u],
    ['no key', () => ({ is: 'anthropic', key: '' }), /empty/u],
    ['a server with the model', () => compatible(), undefined],
    ['a slash too many', () => compatible({ base_url: `${root}/v1/` }), undefined],
    ['a server without the model', () => compatible({ model: 'huge' }), /no model huge; it has small, large/u],
    ['an address without its end', () => compatible({ base_url: root }), /404/u],
    ['no address', () => compatible({ base_url: 'localhost' }), /no address/u],
    ['the demo', () => ({ is: 'demo' }), undefined],
  ] as const)('%s', async (_, choice, wrong) => {
    const said = await setupWith().check(choice() as SetupChoice);
    if (wrong === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(wrong);
    expect(said ?? '').not.toContain('sk-wrong');
  });

  test('a server nobody listens on', async () => {
    expect(await setupWith().check(compatible({ base_url: `http://127.0.0.1:${await closedPort()}/v1` }))).toMatch(/cannot be reached/u);
  });
});

test('a key is stored for its owner alone, and the model is the default from then on', async () => {
  const setup = setupWith();
  expect(await setup.model()).toBeUndefined();
  await setup.store({ is: 'anthropic', key: ` ${KEY} ` });
  expect(readConfig(home)).toMatchObject({ model: expect.stringMatching(/^anthropic\//u), providers: { anthropic: { api_key: KEY } } });
  expect(statSync(join(home, 'config.json')).mode & 0o777).toBe(0o600);
  expect(await setup.model()).toMatch(/^anthropic\//u);
  await setup.store(compatible({ key: '' }));
  expect(readConfig(home)).toMatchObject({
    model: 'openai-compatible/small',
    providers: { anthropic: { api_key: KEY }, 'openai-compatible': { base_url: `${root}/v1` } },
  });
  expect(readFileSync(join(home, 'config.json'), 'utf8')).not.toContain('"api_key": ""');
  rmSync(join(home, '..'), { recursive: true });
});

test.each([
  ['a key in the environment', { OPENAI_API_KEY: KEY }, '', /^openai\//u],
  ['a model that is named', {}, 'openai/gpt-5', /^openai\/gpt-5$/u],
] as const)('%s is enough', async (_, env, named, model) => expect(await setupWith(env, named).model()).toMatch(model));
