import { lookup } from 'node:dns/promises';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, answersIn, desk, script, task } from '../helpers/agent.ts';
import { nameServer } from '../helpers/name-server.ts';
import { type Line, linesOf, oxios, type Place } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';
import { pages, type Serve, type Site, site } from '../helpers/site.ts';
import { approves, calls, says, trial, writes } from '../helpers/trial.ts';
import { atTerminal } from '../helpers/tty.ts';

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

const get = (url: string): object => ({ calls: [{ name: 'fetch', input: { url } }] });
const done = { text: 'done' };
const away: Serve = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
const replayed = async (): Promise<string> => (await oxios(['replay', runIn(await listed()), '--diff'], { home: here.home })).stdout;
const runIn = (events: readonly Line[]): string => events[0].run;
const listed = async (...types: readonly string[]): Promise<Line[]> =>
  linesOf((await oxios(['audit', 'list', '--json', ...types.flatMap((type) => ['--type', type])], { home: here.home })).stdout);

describe('a sub-agent', () => {
  test('reaches what its parent reaches, and no more than it was narrowed to', async () => {
    const [one, other] = [await serves(pages({ '/a': 'one' })), await serves(pages({ '/a': 'other' }))];
    const both = [get(`${one.origin}/a`), get(`${other.origin}/a`), done];
    const fork = (input: object): object => ({ name: 'fork', input: { task: 'fetch', ...input } });
    script(here, {
      agent: [
        { calls: [fork({ name: 'heir' })] },
        { calls: [fork({ name: 'narrowed', allow: [`net:${other.host}`, 'net:127.0.0.1:9'] })] },
        { calls: [fork({ name: 'greedy', allow: ['net:*'] })] },
        done,
      ],
      heir: both,
      narrowed: both,
      greedy: both,
    });
    const ran = await oxios(task(here, ['--allow', 'proc:fork', '--allow', `net:${one.host}`, '--allow', `net:${other.host}`]), { home: here.home });
    const forks = ran.events().filter((event) => event.type === 'process.forked' && event.ppid === 1);
    const got = forks.map(({ pid }) => answersIn(ran.events().filter((event) => event.pid === pid)).map((answer) => answer.ok));
    expect(got).toEqual([
      [true, true],
      [false, true],
      [true, true],
    ]);
    expect(forks[1].caps).toEqual([`net:${other.host}`]);
  });

  test('of an agent with the internet reaches nothing of this machine', async () => {
    const web = await serves(pages({ '/a': 'never' }));
    script(here, {
      agent: [{ calls: [{ name: 'fork', input: { task: 'fetch', name: 'child', allow: [`net:${web.host}`] } }] }, done],
      child: [get(`${web.origin}/a`), done],
    });
    const ran = await oxios(task(here, ['--allow', 'proc:fork', '--allow', 'net:*']), { home: here.home });
    expect(ran.events().find((event) => event.type === 'process.forked' && event.ppid === 1).caps).toEqual([]);
    expect(web.connections()).toBe(0);
  });
});

test('a seed that asks for a host gets it from the command line, and by itself not', async () => {
  const web = await serves(pages({ '/a': 'for the seed' }));
  const work = [get(`${web.origin}/a`), calls(writes('made', 'x')), says('done')];
  const given = trial({
    criteria: [{ id: 'a', description: 'the file made', verify_command: 'test -f made' }],
    seed: { oxios: { capabilities: [`net:${web.host}`] } },
    agents: { worker: work, judge: [approves('made:1')] },
  });
  opened.push({ close: async () => given.remove() });
  const alone = await given.run();
  expect([alone.code, alone.answers, web.connections()]).toEqual([0, expect.stringContaining(`--allow net:${web.host}`), 0]);
  expect((await given.run(['--allow', `net:${web.host}`])).answers).toContain('for the seed');
});

describe('after kill -9', () => {
  test('a request that was under way is made again', async () => {
    const asked = Promise.withResolvers<void>();
    let times = 0;
    const web = await serves(
      pages({
        '/a': (_, response) => {
          times += 1;
          if (times > 1) response.writeHead(200, { 'content-type': 'text/plain' }).end('at last');
          else asked.resolve();
        },
      }),
    );
    script(here, [get(`${web.origin}/a`), done]);
    const run = running(task(here, ['--allow', `net:${web.host}`]), { home: here.home });
    const kill = await run.printed('"type":"tool.started"');
    await asked.promise;
    kill('SIGKILL');
    await run.done;
    const resumed = await oxios(['resume', '--json'], { home: here.home });
    expect(answersIn(resumed.events())[0]).toMatchObject({ ok: true, text: expect.stringMatching(/at last$/u) });
    expect(await replayed()).toMatch(/events came out as they were recorded\n$/u);
  });

  test('a refused redirect stays refused, is not asked for again, and is replayed', async () => {
    const web = await serves(pages({ '/go': away }));
    script(here, [get(`${web.origin}/go`), { ...done, delay_ms: 600_000 }]);
    const run = running(task(here, ['--allow', `net:${web.host}`]), { home: here.home });
    (await run.printed('"request":1'))('SIGKILL');
    await run.done;
    writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replace('600000', '0'));
    const resumed = await oxios(['resume', '--json', '--fail-on', 'denied'], { home: here.home });
    expect(resumed.events().at(-1)).toMatchObject({ outcome: 'DONE', denials: [{ needs: ['net:169.254.169.254:80'] }] });
    expect(web.asked).toEqual(['/robots.txt', '/go']);
    expect(await replayed()).toMatch(/events came out as they were recorded\n$/u);
  });
});

describe.runIf(process.platform === 'linux')('at a terminal', () => {
  const PROMPT = '[N] no: ';

  test('a host is asked about, one yes opens that host alone, and nobody is asked about what is closed', async () => {
    const web = await serves(pages({ '/a': 'a', '/go': (_, response) => response.writeHead(302, { location: 'http://b.test/' }).end() }));
    const names = await nameServer({ 'a.test': [['A 127.0.0.1']], 'b.test': [['A 127.0.0.1']] });
    opened.push(names);
    mkdirSync(here.path('.oxios'));
    writeFileSync(here.path('.oxios/config.json'), JSON.stringify({ net: { dns_servers: [names.address] } }));
    script(here, [get('http://127.0.0.1:1234/'), get(`http://A.test.:${web.port}/go`), done]);
    const args = ['-p', 'do it', '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace];
    const person = atTerminal([...args, '--allow', `net:${web.host}`], { home: here.home });
    await person.shown(PROMPT);
    expect(person.seen()).toContain(`GET http://a.test.:${web.port}/go\r\n  needs: net:a.test:${web.port}\r\n`);
    person.type('y\n');
    await person.done;
    expect(await listed('approval.asked')).toHaveLength(1);
    expect((await listed('tool.denied')).map((event) => [event.decision.rule, event.needs])).toEqual([
      ['closed address', ['net:127.0.0.1:1234']],
      ['not granted', ['net:b.test:80']],
    ]);
    expect(names.asked).toEqual(['a.test']);
  });
});

const SELF = hostname().toLowerCase();
const places = /^[a-z][a-z\d-]*$/u.test(SELF) ? await lookup(SELF, { all: true }).catch(() => []) : [];

test.runIf(places.length > 0)('without servers of its own a name is looked up as the system does it, and each address it has must be granted', async () => {
  const web = await site(pages({ '/a': 'by name' }), places[0]?.address);
  opened.push(web);
  const uses = [{ name: 'fetch', input: { url: `http://${SELF}:${web.port}/a` } }];
  const rules = ['--allow', `net:${SELF}:${web.port}`];
  const refused = await act(here, uses, rules);
  expect(refused.answers[0]?.event.decision).toMatchObject({ rule: 'closed address', reason: expect.stringContaining(`${SELF} leads to `) });
  expect(web.connections()).toBe(0);
  const addresses = places.flatMap(({ address, family }) => ['--allow', `net:${family === 6 ? `[${address}]` : address}:${web.port}`]);
  const granted = await act(here, uses, [...rules, ...addresses]);
  expect(granted.answers[0]?.text).toMatch(/by name$/u);
});

test('the client is loaded with the first request, and not before', async () => {
  const web = await serves(pages({ '/a': 'a' }));
  const hook = here.path('loaded.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module'; import { appendFileSync } from 'node:fs';
     registerHooks({ load: (url, context, next) => { appendFileSync(${JSON.stringify(here.path('loaded'))}, url + '\\n'); return next(url, context); } });`,
  );
  const loaded = async (url: string): Promise<string> => {
    writeFileSync(here.path('loaded'), '');
    await act(here, [{ name: 'fetch', input: { url } }], ['--allow', `net:${web.host}`], { env: { NODE_OPTIONS: `--import ${hook}` } });
    return readFileSync(here.path('loaded'), 'utf8');
  };
  const CLIENT = /\/chunks\/client-/u;
  expect(await loaded('http://10.0.0.1/')).not.toMatch(CLIENT);
  expect(await loaded(`${web.origin}/a`)).toMatch(CLIENT);
});
