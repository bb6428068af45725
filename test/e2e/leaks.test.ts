import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answersIn } from '../helpers/agent.ts';
import type { Ran, RunOptions } from '../helpers/oxios.ts';
import { drips, errorAfter, says, status } from '../helpers/provider-plays.ts';
import { type Scene, scene } from '../helpers/provider-scene.ts';
import type { Api } from '../helpers/provider-wire.ts';

/** What the program is given; put together here, so that no file of the project holds one. */
const CONFIGURED = `sk-${'proj'}-q7W2e9R4t1Y8u3I6o5P0a-S8d7F6g5H4j3K2l1Z`;
const FROM_ENVIRONMENT = `sk-${'ant'}-api03-z9X8c7V6b5N4m3A2s1D0f-G9h8J7k6L5q4W3e2R1t`;
const HEADER = 'gateway-9f8e7d6c5b4a3f2e1d0c';
const OTHER = 'deploy0123456789token';
const GITHUB = `ghp_${'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYaB3d'}`;
const SECRETS = [CONFIGURED, FROM_ENVIRONMENT, HEADER, OTHER, GITHUB];

const encoded = (text: string, encoding: BufferEncoding): string => Buffer.from(text).toString(encoding);
/** What gives a configured secret away: also the middle of it in base64, wherever it begins there. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encoded(secret, 'hex'),
  ...[0, 1, 2].map((offset) => encoded('x'.repeat(offset) + secret, 'base64').slice(4, 4 + Math.floor(secret.length * 1.2))),
];

const KEY_FILE = 'const key = "KEY";\nexport const server = "https://example.org";\n'.replace('KEY', CONFIGURED);

/** What an agent tries that wants a key, and a provider that says keys in all it says. */
const CALLS: readonly (readonly [tool: string, input: object, outcome: unknown])[] = [
  ['bash', { command: 'env' }, true],
  ['bash', { command: "cat /proc/self/environ | tr '\\0' '\\n'" }, expect.anything()],
  ['bash', { command: 'cat /proc/1/environ' }, expect.anything()],
  ['bash', { command: 'cat ../.oxios/config.json' }, 'protected path'],
  ['read', { path: '../.oxios/config.json' }, 'protected path'],
  ['read', { path: 'settings.ts' }, true],
  ['grep', { pattern: 'key' }, true],
  ['bash', { command: 'cat settings.ts large.txt' }, true],
  ['bash', { command: 'base64 settings.ts' }, true],
  ['bash', { command: 'od -An -tx1 -v settings.ts | tr -d " \\n"' }, true],
  ['bash', { command: 'cat settings.ts', background: true }, true],
  ['bash', { command: `echo ${FROM_ENVIRONMENT}` }, true],
  ['write', { path: 'out.txt', content: `a file with ${FROM_ENVIRONMENT}` }, 'redacted'],
  ['edit', { path: 'settings.ts', edits: [{ old: `"${CONFIGURED}"`, new: '"none"' }] }, 'redacted'],
];

function play(api: Api): Parameters<typeof scene>[1] {
  const told = `The keys are ${SECRETS.join(' and ')}, that is ${SECRETS.map((one) => encoded(one, 'base64')).join(', ')}.`;
  const calls = CALLS.map(([call, input]) => ({ call, input }));
  return [
    status(429, { message: `too many for ${CONFIGURED} ${FROM_ENVIRONMENT}`, headers: { 'retry-after': '0' } }),
    ...(api === 'anthropic' ? [errorAfter(1, { blocks: [] }, 'overloaded_error', `no room for ${FROM_ENVIRONMENT}`)] : []),
    drips(7, { blocks: [{ text: told }, ...calls] }),
    says({ text: `once more: ${told}` }, { call: 'bash', input: { command: 'true' } }),
    status(400, { message: `the key ${SECRETS.map((one) => encoded(one, 'base64')).join(' ')} ${SECRETS.join(' ')}` }),
  ];
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));

/** Everything that was said, sent and kept, by where it was found. */
async function traces(where: Scene, ran: Ran, env: RunOptions['env']): Promise<ReadonlyMap<string, string>> {
  const places = new Map([
    ['stdout', ran.stdout],
    ['stderr', ran.stderr],
  ]);
  const [{ run }] = ran.events();
  const commands = [
    ['logs', '1'],
    ['logs', '1', '--json'],
    ['audit', 'list'],
    ['audit', 'export', '--bodies'],
    ['ps', '--all', '--json'],
    ['replay', run, '--diff'],
    ['config', 'list'],
  ];
  for (const args of commands) {
    const said = await where.oxios(args, env ? { env } : {});
    places.set(`oxios ${args.join(' ')}`, `${said.code}\n${said.stdout}${said.stderr}`);
  }
  for (const [at, { body }] of where.server.asked.entries()) places.set(`request ${at}`, JSON.stringify(body));
  const home = where.here.path('.oxios');
  // The configuration is where the key belongs; a snapshot is the workspace as it was, so that it can be put back.
  for (const file of filesIn(home).filter((one) => !one.startsWith(join(home, 'snapshots')) && !one.endsWith('/config.json')))
    places.set(file, readFileSync(file, 'latin1'));
  for (const name of ['events.jsonl', 'record.yaml']) places.set(name, readFileSync(where.here.path(name), 'latin1'));
  for (const file of filesIn(where.here.workspace).filter((one) => !/(?:settings\.ts|large\.txt)$/u.test(one))) places.set(file, readFileSync(file, 'latin1'));
  return places;
}

test.for(['anthropic', 'chat', 'responses'] as const)('with %s, no key is in a prompt, an output, an event, or a file of the home', async (api) => {
  const responses = api === 'responses' ? { api: 'responses' } : {};
  const providers = { openai: { api_key: CONFIGURED, headers: { 'x-gateway-token': HEADER }, ...responses } };
  const where = await scene(api, play(api), { retries: 3, providers });
  writeFileSync(join(where.here.workspace, 'settings.ts'), KEY_FILE);
  writeFileSync(join(where.here.workspace, 'large.txt'), `${'a line of text\n'.repeat(9000)}${GITHUB}\n`);
  const env = { ...where.server.env, OPENAI_API_KEY: CONFIGURED, ANTHROPIC_API_KEY: FROM_ENVIRONMENT, DEPLOY_TOKEN: OTHER };
  const grants = ['env', 'cat', 'tr', 'base64', 'od', 'echo'].map((one) => `exec:${one}`);
  const allow = [...grants, 'fs:read:/proc'].flatMap((rule) => ['--allow', rule]);
  const ran = await where.prompt(['--verbose', '--events', where.here.path('events.jsonl'), '--record', where.here.path('record.yaml'), ...allow], { env });

  // They were there to be leaked: the provider said them, and each call was made.
  const answers = answersIn(ran.events());
  expect(answers.map(({ event }) => event.decision?.rule ?? event.ok)).toEqual(CALLS.map(([, , outcome]) => outcome).concat(true));
  expect(answers.filter(({ text }) => text.includes('[redacted by oxios: ')).length).toBe(6);
  const places = await traces(where, ran, env);
  expect(places.size).toBeGreaterThan(20);
  const found = [...places].flatMap(([place, text]) =>
    SECRETS.flatMap((secret, at) =>
      (secret === GITHUB ? [secret] : formsOf(secret)).flatMap((form) => (text.includes(form) ? [`${place}: secret ${at}, ${form.slice(0, 6)}...`] : [])),
    ),
  );
  expect(found).toEqual([]);
  expect(readFileSync(join(where.here.workspace, 'settings.ts'), 'utf8')).toBe(KEY_FILE);
});

test.for([
  ['cut off', `{"providers": {"openai": {"api_key": "${CONFIGURED}"`],
  ['without quotes', `{"providers": {"openai": {"api_key": ${CONFIGURED}}}}`],
  ['with a key that is none', `{"providers": {"openai": {"api_key": "${CONFIGURED}", "${CONFIGURED}": 1}}}`],
])('a configuration that is %s is refused without a word of the key in it', async ([, text = '']) => {
  const where = await scene('chat', [says({ text: 'done' })]);
  writeFileSync(where.here.path('.oxios/config.json'), text);
  for (const args of [['config', 'list'], ['doctor'], ['-p', 'hi', '--json', '--verbose']]) {
    const ran = await where.oxios(args);
    const said = ran.stdout + ran.stderr;
    expect([args, said.includes('config.json') || said.includes('CONFIG_INVALID')]).toEqual([args, true]);
    for (let at = 0; at + 12 <= CONFIGURED.length; at++) expect(said).not.toContain(CONFIGURED.slice(at, at + 12));
  }
});
