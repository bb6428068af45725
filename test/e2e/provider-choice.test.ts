import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replies, says, stallsAfter } from '../helpers/provider-plays.ts';
import { errorOf, MODELS, ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import { eventsOf } from '../helpers/provider-wire.ts';
import { shell } from '../helpers/shell.ts';

const DONE = says({ text: 'It is done.' });
const HEAD = 'ontology_schema: {name: o, description: d}\nmetadata: {}\n';

describe('the model is the one that is named first by', () => {
  const asks = async (setup: { config?: object; flag?: string; seed?: string; keys: readonly string[] }) => {
    const { here, server, oxios, configure } = await scene('chat', [DONE]);
    configure({ model: undefined, ...setup.config });
    const env = Object.fromEntries(Object.entries(server.env).filter(([name]) => name.endsWith('BASE_URL') || setup.keys.includes(name)));
    const flag = setup.flag === undefined ? [] : ['--model', setup.flag];
    if (setup.seed === undefined) await oxios(['-p', 'hi', ...flag], { env });
    else {
      const criterion = 'acceptance_criteria: [{description: x, verify_command: test -f x}]\n';
      writeFileSync(here.path('workspace/seed.yaml'), `goal: x\n${HEAD}${criterion}oxios: {model: ${setup.seed}}\n`);
      await oxios(['run', 'seed.yaml', ...flag], { env });
    }
    const [first] = server.asked;
    return first && `${first.api} ${first.body.model}`;
  };
  const BOTH = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'];

  test.each<readonly [string, Parameters<typeof asks>[0], string | undefined]>([
    ['the flag', { flag: 'openai/flag', seed: 'openai/seed', config: { model: 'openai/config' }, keys: BOTH }, 'chat flag'],
    ['the seed', { seed: 'openai/seed', config: { model: 'openai/config' }, keys: BOTH }, 'chat seed'],
    ['config.json', { config: { model: 'openai/config' }, keys: BOTH }, 'chat config'],
    ['a key for Anthropic', { keys: BOTH }, 'anthropic claude-sonnet-5-5'],
    ['a key for OpenAI', { keys: ['OPENAI_API_KEY'] }, 'chat gpt-5'],
    ['nothing: none is asked', { keys: [] }, undefined],
  ])('%s', async (_, setup, asked) => expect(await asks(setup)).toBe(asked));

  test('nothing, when there is nothing: exit 5 with the three ways', async () => {
    const { here } = await scene('chat', [DONE], { model: undefined });
    const ran = await shell('oxios -p hi < /dev/null', { home: here.home });
    expect(ran.code).toBe(5);
    expect(errorOf(ran)).toBe('NO_MODEL');
    for (const way of ['ANTHROPIC_API_KEY', 'providers.openai-compatible.base_url', 'script:FILE']) expect(ran.stderr).toContain(way);
  });
});

describe('config.json', () => {
  test('a compatible server is asked at its address, without a key', async () => {
    const { server, configure, prompt } = await scene('chat', [DONE]);
    configure({ model: 'openai-compatible/qwen', providers: { 'openai-compatible': { base_url: server.env.OPENAI_BASE_URL } } });
    expect((await prompt([], { env: {} })).code).toBe(0);
    expect(server.asked[0]).toMatchObject({ api: 'chat', body: { model: 'qwen' } });
    expect(server.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test('providers.*.api chooses Responses, api_key and headers go along', async () => {
    const { server, prompt } = await scene('chat', [DONE], {
      providers: { openai: { api: 'responses', api_key: 'sk-config', headers: { 'x-team': 'blue' } } },
    });
    expect((await prompt()).code).toBe(0);
    expect(server.asked[0]).toMatchObject({ api: 'responses', headers: { authorization: 'Bearer sk-config', 'x-team': 'blue' } });
  });

  test('models.*.max_output, images and thinking are what is asked for', async () => {
    const { here, server, prompt } = await scene('chat', [DONE], { models: { 'openai/m': { max_output: 321, images: false, thinking: 'low' } } });
    writeFileSync(`${here.workspace}/a.png`, Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]));
    expect((await prompt(['--image', 'a.png'])).code).toBe(0);
    expect(server.asked[0]?.body).toMatchObject({ max_completion_tokens: 321, reasoning_effort: 'low' });
    expect(JSON.stringify(server.asked[0]?.body)).toContain('an image, which this model cannot see');
    expect((await prompt(['--thinking', 'high'])).code).toBe(0);
    expect(server.asked[1]?.body.reasoning_effort).toBe('high');
  });

  test('thinking holds for every model that has none of its own', async () => {
    const { server, prompt } = await scene('chat', [DONE], { thinking: 'medium' });
    expect((await prompt()).code).toBe(0);
    expect(server.asked[0]?.body.reasoning_effort).toBe('medium');
  });

  test('idle_timeout_s is how long silence is borne', async () => {
    const { prompt } = await scene('chat', [stallsAfter(1)], { idle_timeout_s: 0.3, retries: 0 });
    const ran = await prompt();
    expect([ran.code, errorOf(ran)]).toEqual([5, 'PROVIDER_UNAVAILABLE']);
    expect(ran.stderr).toContain('0.3 s');
  });

  test('prices make a cost, and a cost limit possible', async () => {
    const tokens = { input: 1000, output: 100 };
    const script = [replies({ blocks: [{ text: 'It is done.' }], tokens })] as const;
    const unknown = await (await scene('chat', script)).prompt(['--max-usd', '1']);
    expect([unknown.code, errorOf(unknown)]).toEqual([2, 'PRICE_UNKNOWN']);
    const { server, prompt } = await scene('chat', script, { prices: { [MODELS.chat]: { input: 2, output: 10 } } });
    const ran = await prompt(['--max-usd', '1']);
    expect(ran.code).toBe(0);
    expect(resultOf(ran).cost_usd).toBeCloseTo(0.003, 12);
    // What is asked for is lowered to what can still be paid: a cent is a thousand tokens.
    await prompt(['--max-usd', '0.02']);
    expect(server.asked[1]?.body.max_completion_tokens).toBeLessThan(2000);
  });

  test.each([
    [{ providers: { openai: { base_url: 'ftp://example.org' } } }],
    [{ providers: { openai: { base_url: 'nonsense' } } }],
    [{ retries: 11 }],
    [{ thinking: 'deep' }],
    [{ idle_timeout_s: 0 }],
    [{ breaker_pause_s: -1 }],
    [{ models: { x: { window: 7 } } }],
  ])('%j is CONFIG_INVALID', async (config) => {
    const { prompt } = await scene('chat', [DONE], config);
    const ran = await prompt();
    expect([ran.code, errorOf(ran)]).toEqual([2, 'CONFIG_INVALID']);
  });
});

describe('models list', () => {
  test('tells what can be used, which is the default, and what it costs; in JSON the same', async () => {
    const { oxios, configure } = await scene('chat', [DONE]);
    configure({ model: undefined, prices: { 'openai/own': { input: 1, output: 2 } } });
    const env = { OPENAI_API_KEY: 'k' };
    const table = await oxios(['models', 'list'], { env });
    expect(table.stdout).toMatch(/openai\/gpt-5 \(default\).* yes/u);
    expect(table.stdout).toMatch(/anthropic\/claude-sonnet-5-5 .* no key/u);
    const rows = JSON.parse((await oxios(['models', 'list', '--json'], { env })).stdout) as readonly { id: string; usable: boolean; default: boolean }[];
    expect(rows.filter((row) => row.default).map((row) => row.id)).toEqual(['openai/gpt-5']);
    expect(rows.find((row) => row.id === 'openai/own')).toMatchObject({ usable: true, price: { input: 1, output: 2 } });
    for (const row of rows) expect(row.usable).toBe(row.id.startsWith('openai/'));
  });

  test('without any key it tells the three ways', async () => {
    const { oxios, configure } = await scene('chat', [DONE]);
    configure({ model: undefined });
    const ran = await oxios(['models', 'list'], { env: {} });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('ANTHROPIC_API_KEY');
  });
});

describe('the way to a provider', () => {
  test('HTTPS_PROXY is the way to https, and a proxy that refuses is told', async () => {
    const wanted: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      wanted.push(String(request.url));
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { prompt } = await scene('anthropic', [DONE], { retries: 0 });
    const env = {
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_BASE_URL: 'https://provider.invalid',
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    const ran = await prompt([], { env });
    expect(wanted).toEqual(['provider.invalid:443']);
    expect([ran.code, errorOf(ran)]).toEqual([5, 'PROVIDER_UNAVAILABLE']);
  });

  test('a server of this machine is never behind a proxy', async () => {
    const { server, prompt } = await scene('chat', [DONE]);
    const env = { ...server.env, HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect((await prompt([], { env })).code).toBe(0);
  });

  test.runIf(spawnSync('openssl', ['version']).status === 0)(
    'a certificate of NODE_EXTRA_CA_CERTS is trusted, also behind HTTPS_PROXY; without it none',
    async () => {
      const { here, prompt } = await scene('chat', [DONE], { retries: 0 });
      const [key, cert] = [here.path('key.pem'), here.path('cert.pem')];
      const subject = ['-subj', '/CN=provider.invalid', '-addext', 'subjectAltName=DNS:provider.invalid'];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
      const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
        request.resume().on('end', () => {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf('chat', { blocks: [{ text: 'It is done.' }] }).join(''));
        });
      });
      await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
      const proxy = createServer();
      proxy.on('connect', (_, socket, head) => {
        const behind = connect((secure.address() as AddressInfo).port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          behind.write(head);
          behind.pipe(socket).pipe(behind);
        });
        for (const end of [socket, behind]) end.on('error', () => behind.destroy());
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => {
        secure.closeAllConnections();
        for (const server of [secure, proxy]) server.close();
      });
      const env = {
        OPENAI_API_KEY: 'k',
        OPENAI_BASE_URL: 'https://provider.invalid/v1',
        HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      };
      const trusted = await prompt([], { env: { ...env, NODE_EXTRA_CA_CERTS: cert } });
      expect([trusted.code, resultOf(trusted).text]).toEqual([0, 'It is done.']);
      const untrusted = await prompt([], { env });
      expect([untrusted.code, errorOf(untrusted)]).toEqual([5, 'PROVIDER_UNAVAILABLE']);
      expect(ofType(untrusted, 'model.failed')[0].message).toContain('self-signed');
    },
  );
});

test('no key reaches a command that an agent runs, and none is in the log', async () => {
  const { prompt, oxios } = await scene('anthropic', [says({ call: 'bash', input: { command: 'env' } }), DONE]);
  const ran = await prompt(['--allow', 'exec:env']);
  expect(ran.code).toBe(0);
  expect(ofType(ran, 'tool.finished')[0].text).toContain('PATH=');
  expect(ran.stdout).not.toContain('sk-test');
  expect((await oxios(['audit', 'list', '--json'])).stdout).not.toContain('sk-test');
});
