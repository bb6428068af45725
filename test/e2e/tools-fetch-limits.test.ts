import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Acted, act, desk } from '../helpers/agent.ts';
import { canMount } from '../helpers/mount.ts';
import { nameServer } from '../helpers/name-server.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';
import { pages, type Serve, type Site, site } from '../helpers/site.ts';

let here: Place;
const opened: { close(): Promise<void> }[] = [];
beforeEach(() => {
  here = desk();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  here.remove();
});

async function serves(serve: Serve): Promise<Site> {
  const one = await site(serve);
  opened.push(one);
  return one;
}

function configure(net: object): void {
  mkdirSync(here.path('.oxios'), { recursive: true });
  writeFileSync(here.path('.oxios/config.json'), JSON.stringify({ net }));
}

/** An agent that fetches these, with the sites granted. */
const fetches = (urls: readonly string[], sites: readonly Pick<Site, 'host'>[], args: readonly string[] = []): Promise<Acted> =>
  act(
    here,
    urls.map((url) => ({ name: 'fetch', input: { url } })),
    [...sites.flatMap(({ host }) => ['--allow', `net:${host}`]), ...args],
  );
const body = ({ answers }: Acted, at = 0): string => (answers[at]?.text ?? '').split('\n').slice(1).join('\n');

const RULES = 'User-agent: *\nDisallow: /\n\nUser-agent: oxios\nDisallow: /private\nAllow: /private/but\n';
const status =
  (code: number): Serve =>
  (_, response) =>
    response.writeHead(code).end();

describe('robots.txt', () => {
  test('is asked for once, and forbids what it forbids by an event that says so', async () => {
    const web = await serves(pages({ '/robots.txt': RULES, '/a': 'a', '/private/but': 'allowed', '/private/x': 'never' }));
    const ran = await fetches(
      ['/a', '/private/x?q', '/private/but', '/robots.txt'].map((path) => web.origin + path),
      [web],
    );
    expect([0, 2, 3].map((at) => body(ran, at))).toEqual(['a', 'allowed', RULES]);
    const { event } = ran.answers[1] as { event: Line };
    expect(event).toMatchObject({ type: 'tool.denied', begun: true, decision: { rule: 'robots.txt' } });
    expect(event.decision.reason).toBe(`${web.origin}/robots.txt says "Disallow: /private"; the user may set net.ignore_robots to ["${web.origin}"]`);
    expect(web.asked).not.toContain('/private/x?q');
    // Once for its rules, once as a page.
    expect(web.asked.filter((path) => path === '/robots.txt')).toHaveLength(2);
  });

  test('does not bind where the user says so', async () => {
    const [one, other] = [
      await serves(pages({ '/robots.txt': RULES, '/private': 'mine' })),
      await serves(pages({ '/robots.txt': RULES, '/private': 'never' })),
    ];
    const set = await oxios(['config', 'set', 'net.ignore_robots', JSON.stringify([one.origin])], { home: here.home });
    expect(set.code).toBe(0);
    const ran = await fetches([`${one.origin}/private`, `${other.origin}/private`], [one, other]);
    expect([body(ran, 0), ran.answers[1]?.ok, one.asked, other.asked]).toEqual(['mine', false, ['/private'], ['/robots.txt']]);
  });

  test('a server that fails forbids everything, one without the file nothing, and it may stand elsewhere', async () => {
    const [broken, without, elsewhere] = [
      await serves(pages({ '/robots.txt': status(503), '/a': 'never' })),
      await serves(pages({ '/robots.txt': status(403), '/a': 'a' })),
      await serves(
        pages({ '/robots.txt': (_, response) => response.writeHead(301, { location: '/moved' }).end(), '/moved': RULES, '/private': 'never', '/a': 'a' }),
      ),
    ];
    const ran = await fetches(
      [`${broken.origin}/a`, `${without.origin}/a`, `${elsewhere.origin}/private`, `${elsewhere.origin}/a`],
      [broken, without, elsewhere],
    );
    expect(ran.answers.map(({ event }) => event.decision?.rule ?? event.ok)).toEqual(['robots.txt', true, 'robots.txt', true]);
    expect(ran.answers[0]?.event.decision.reason).toMatch(/\/robots\.txt answers 503, which forbids everything; /u);
    expect(broken.asked).toEqual(['/robots.txt']);
  });

  test('binds where a redirect leads', async () => {
    const to = await serves(pages({ '/robots.txt': RULES, '/private': 'never' }));
    const from = await serves(pages({ '/go': (_, response) => response.writeHead(302, { location: `${to.origin}/private` }).end() }));
    const ran = await fetches([`${from.origin}/go`], [from, to]);
    expect(ran.answers[0]?.event.decision.rule).toBe('robots.txt');
    expect(to.asked).toEqual(['/robots.txt']);
  });

  test('beyond 500 KB is not read', async () => {
    const rules = `User-agent: *\nDisallow: /first\n#${'x'.repeat(500 * 1024)}\nDisallow: /last\n`;
    const web = await serves(pages({ '/robots.txt': rules, '/first': 'never', '/last': 'last' }));
    const ran = await fetches([`${web.origin}/first`, `${web.origin}/last`], [web]);
    expect([ran.answers[0]?.ok, body(ran, 1)]).toEqual([false, 'last']);
  });
});

describe('time', () => {
  const drip: Serve = (_, response) => {
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  };
  const stall: Serve = (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half');
  const silent: Serve = () => undefined;

  test('ends with a server that goes on for ever', async () => {
    const web = await serves(pages({ '/drip': drip }));
    configure({ timeout_s: 1, idle_timeout_s: 600 });
    const ran = await fetches([`${web.origin}/drip`], [web]);
    expect(ran.answers[0]?.text).toBe(`NET_TIMEOUT: ${web.origin}/drip took more than 1 s. try again later; net.timeout_s is the limit`);
  });

  test.each(['/stall', '/silent'])('ends with a server that sends nothing: %s', async (path) => {
    const web = await serves(pages({ '/stall': stall, '/silent': silent }));
    configure({ timeout_s: 600, idle_timeout_s: 0.3, ignore_robots: [web.origin] });
    const ran = await fetches([web.origin + path], [web]);
    expect(ran.answers[0]?.text).toBe(`NET_TIMEOUT: ${web.host} sent nothing for 0.3 s. try again later; net.idle_timeout_s is the limit`);
  });

  test('a cut of the whole call counts all of its redirects', async () => {
    const late: Serve = ({ url }, response) => void setTimeout(() => response.writeHead(302, { location: `${url}x` }).end(), 150);
    const web = await serves((request, response) => (request.url?.startsWith('/late') ? late(request, response) : response.writeHead(404).end()));
    configure({ timeout_s: 0.4 });
    const ran = await fetches([`${web.origin}/late`], [web]);
    expect(ran.answers[0]?.text).toMatch(/^NET_TIMEOUT: .* took more than 0\.4 s/u);
  });

  test('an end of the run ends the connection', async () => {
    const gone = Promise.withResolvers<void>();
    const web = await serves(pages({ '/silent': (_, response) => void response.on('close', () => gone.resolve()) }));
    const ran = await fetches([`${web.origin}/silent`], [web], ['--max-wall', '1s']);
    await gone.promise;
    expect(ran.code).toBe(6);
  });
});

describe('TLS', () => {
  test('is asked for by name and trusted for that name alone, at the address that was judged', async () => {
    const [key, cert] = [here.path('key.pem'), here.path('cert.pem')];
    const subject = ['-subj', '/CN=safe.test', '-addext', 'subjectAltName=DNS:safe.test'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'pipe',
    });
    const seen: (string | false | undefined)[] = [];
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      seen.push((request.socket as TLSSocket & { servername?: string | false }).servername);
      response.writeHead(request.url === '/robots.txt' ? 404 : 200, { 'content-type': 'text/plain' }).end('kept');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push({ close: () => new Promise((resolve) => void server.close(() => resolve())) });
    const { port } = server.address() as AddressInfo;
    const names = await nameServer({ 'safe.test': [['A 127.0.0.1']], 'other.test': [['A 127.0.0.1']] });
    opened.push(names);
    configure({ dns_servers: [names.address] });
    const urls = ['safe.test', 'other.test', '127.0.0.1'].map((host) => `https://${host}:${port}/x`);
    const rules = urls.flatMap((url) => ['--allow', `net:${new URL(url).hostname}`]);
    const uses = urls.map((url) => ({ name: 'fetch', input: { url } }));
    const trusting = await act(here, uses, rules, { env: { NODE_EXTRA_CA_CERTS: cert } });
    expect(body(trusting)).toBe('kept');
    expect(seen).toEqual(['safe.test', 'safe.test']);
    expect(trusting.answers[1]?.text).toMatch(/^NET: .*other\.test.* is not in the cert's altnames/u);
    expect(trusting.answers[2]?.text).toMatch(/^NET: .*127\.0\.0\.1.* is not in the cert's list/u);
    const wary = await act(here, uses.slice(0, 1), rules);
    expect(wary.answers[0]?.text).toMatch(/^NET: .*self-signed certificate/u);
  });
});

describe('a refusal on the way', () => {
  test('makes the run blocked where denials are to fail it, and is told in its result', async () => {
    const web = await serves(pages({ '/go': (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end() }));
    const ran = await fetches([`${web.origin}/go`], [web], ['--fail-on', 'denied']);
    expect(ran.code).toBe(4);
    expect(ran.events().at(-1).denials).toEqual([
      { pid: 1, tool: 'fetch', action: `GET ${web.origin}/go`, needs: ['net:169.254.169.254:80'], reason: expect.stringContaining('link-local') },
    ]);
    expect(ran.answers[0]?.text).toContain('To grant it the user says --allow net:169.254.169.254:80');
  });

  test('counts as a call that was made', async () => {
    const web = await serves(pages({ '/go': (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end() }));
    const ran = await fetches([`${web.origin}/go`, `${web.origin}/go`], [web], ['--max-tool-calls', '1']);
    expect(ran.code).toBe(6);
    expect(web.asked.filter((path) => path === '/go')).toHaveLength(1);
  });
});

test('an agent to whom no host can be granted is not offered the tool, and is refused it', async () => {
  const web = await serves(pages({ '/a': 'a' }));
  const without = await fetches([`${web.origin}/a`], []);
  const granted = await fetches([`${web.origin}/a`], [web]);
  expect([without.answers[0]?.event.decision.rule, web.asked]).toEqual(['closed address', ['/robots.txt', '/a']]);
  const cost = (ran: Acted): number => ran.events().find((event) => event.type === 'model.requested').est_tokens;
  expect(cost(granted)).toBeGreaterThan(cost(without));
});

describe.skipIf(!canMount)('a command in the sandbox', () => {
  test.each([
    ['has no network with the grant of one host', ['127.0.0.1'], [], 'ECONNREFUSED'],
    ['has none with the grant of one port of all', ['*:443'], [], 'ECONNREFUSED'],
    ['has none where some host is denied', ['*'], ['169.254.169.254'], 'ECONNREFUSED'],
    ['has all of it with the grant of all', ['*'], [], 'connected'],
  ])('%s', async (_, allow, deny, printed) => {
    const web = await serves(pages({}));
    const script = `import { connect } from 'node:net';
const socket = connect(${web.port}, '127.0.0.1', () => { console.log('connected'); socket.destroy(); });
socket.on('error', (error) => console.log(error.code));`;
    writeFileSync(join(here.workspace, 'connect.mjs'), script);
    const rules = [...allow.flatMap((host) => ['--allow', `net:${host}`]), ...deny.flatMap((host) => ['--deny', `net:${host}`])];
    const ran = await act(here, [{ name: 'bash', input: { command: 'node connect.mjs' } }], ['--allow', 'exec:node', ...rules]);
    expect(ran.answers[0]?.text.split('\n')[0]).toBe(printed);
    expect(web.connections()).toBe(printed === 'connected' ? 1 : 0);
  });

  test('is told so', async () => {
    writeFileSync(join(here.workspace, 'connect.mjs'), "import { connect } from 'node:net';\nconnect(80, '192.0.2.1');");
    const ran = await act(here, [{ name: 'bash', input: { command: 'node connect.mjs' } }], ['--allow', 'exec:node', '--allow', 'net:192.0.2.1']);
    expect(ran.answers[0]?.text).toContain('[sandbox: commands have no network unless every host is granted (net:*); a page of a granted host comes by fetch]');
  });
});
