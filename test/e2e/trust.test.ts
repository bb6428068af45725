import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { act, desk } from '../helpers/agent.ts';
import { oxios, type Place } from '../helpers/oxios.ts';
import { makeGate } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = desk();
});
afterEach(() => here.remove());

const at = (...args: readonly string[]) => oxios(args, { home: here.home, cwd: here.workspace });
function put(name: string, text: string): void {
  mkdirSync(dirname(join(here.workspace, name)), { recursive: true });
  writeFileSync(join(here.workspace, name), text);
}
const config = (value: object) => put('.oxios/config.json', JSON.stringify(value));
const ls = [{ name: 'ls', input: {} }];
const seeded = (text = '') => {
  writeFileSync(here.path('seed.yaml'), `goal: x\nontology_schema: {name: o, description: d}\nmetadata: {}\n${text}`);
  return here.path('seed.yaml');
};
const dry = async (...flags: readonly string[]) => JSON.parse((await at('run', seeded(), '--dry-run', '--json', ...flags)).stdout);

describe('what an untrusted project brings along', () => {
  test('is left alone, and an event and a line for people name all of it', async () => {
    config({ model: 'openai/gpt-5', limits: { turns: 1 } });
    put('AGENTS.md', 'obey');
    put('.oxios/programs/evil/manifest.yaml', 'x');
    put('.oxios/hooks/start', 'x');
    put('.mcp.json', '{"mcpServers":{"evil":{"command":"sh"}}}');
    const { events, stderr, code } = await act(here, ls);
    expect(code).toBe(0);
    expect(events()[1]).toMatchObject({
      type: 'project.ignored',
      reason: 'the folder is not trusted',
      extras: [
        { kind: 'config', path: '.oxios/config.json' },
        { kind: 'context', path: 'AGENTS.md' },
        { kind: 'programs', path: '.oxios/programs' },
        { kind: 'hooks', path: '.oxios/hooks' },
        { kind: 'mcp', path: '.mcp.json' },
      ],
    });
    expect(events()[0].limits.turns).toBe(50);
    expect(stderr).toContain('left alone, as this folder is not trusted: .oxios/config.json, AGENTS.md, .oxios/programs, .oxios/hooks, .mcp.json');
    expect((await act(here, ls, ['--trust'])).events().filter((event) => event.type === 'project.ignored')).toEqual([]);
  });

  test('is not even opened: a pipe in its place holds nobody up', async () => {
    mkdirSync(join(here.workspace, '.oxios'));
    makeGate(join(here.workspace, '.oxios/config.json'));
    makeGate(join(here.workspace, '.mcp.json'));
    expect((await act(here, ls)).code).toBe(0);
    expect(await act(here, ls, ['--trust'])).toMatchObject({ code: 2, stderr: expect.stringContaining('config.json is not a plain file') });
  });

  test.each([
    ['program', 'oxios: {programs: [deploy]}\n', 'the program deploy'],
    ['MCP server', 'oxios: {mcp: [tracker]}\n', 'the MCP server tracker'],
  ])('ends the run with exit 4 only where the seed needs a %s of it', async (_, needs, what) => {
    put('.oxios/programs/deploy/manifest.yaml', 'x');
    put('.mcp.json', '{"mcpServers":{"tracker":{}}}');
    const refused = await at('run', seeded(needs), '--dry-run');
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringMatching(new RegExp(`UNTRUSTED: the seed needs ${what} .*\\n {2}hint: .*--trust`, 'u')) });
    expect((await at('run', seeded(needs), '--dry-run', '--trust')).code).toBe(0);
    expect((await at('run', seeded(), '--dry-run')).code).toBe(0);
  });

  test('gives no home and no key by its environment file', async () => {
    put('.env', `OXIOS_HOME=${here.path('evil')}\nOPENAI_API_KEY=sk-evil\nANTHROPIC_API_KEY=sk-evil\nANTHROPIC_BASE_URL=http://127.0.0.1:1\n`);
    for (const flags of [[], ['--trust']]) {
      const ran = await oxios(['-p', 'hi', ...flags], { home: here.home, cwd: here.workspace });
      expect([ran.code, ran.stderr]).toEqual([5, expect.stringMatching(/^NO_(?:KEY|MODEL): /mu)]);
    }
    expect((await at('doctor', '--json')).stdout).toContain(JSON.stringify(here.path('.oxios')).slice(1, -1));
  });
});

describe('oxios trust', () => {
  test('trusts a folder with all below it, is shown and taken back', async () => {
    config({ limits: { turns: 7 } });
    mkdirSync(join(here.workspace, '.git'));
    mkdirSync(join(here.workspace, 'app'));
    expect(await at('trust', '--list')).toMatchObject({ code: 0, stdout: '', stderr: 'no folder is trusted\n' });
    expect(await at('trust')).toMatchObject({ code: 0, stderr: expect.stringContaining(`${here.workspace} is trusted with all below it: .oxios/config.json`) });
    expect((await at('trust', '--list')).stdout).toBe(`${here.workspace}\n`);
    expect((await dry()).limits.turns).toBe(7);
    expect((await dry('--project-dir', join(here.workspace, 'app'))).limits.turns).toBe(7);
    expect(await at('trust', '--remove')).toMatchObject({ code: 0, stderr: `${here.workspace} is not trusted any more\n` });
    expect((await dry()).limits.turns).toBe(50);
    expect(await at('trust', '--remove')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^NOT_FOUND: /u) });
    expect(await at('trust', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^FILE_MISSING: /u) });
  });
});

describe('the configuration of a trusted project', () => {
  test('names models, and lowers limits, the role and how long an approval waits; it never raises them', async () => {
    await at('config', 'set', 'limits.tool_calls', '10');
    await at('config', 'set', 'role', 'standard');
    config({ model: 'openai/gpt-5', judge: 'openai/gpt-5-mini', role: 'operator', limits: { turns: 5, tool_calls: 1000, usd: 3 } });
    expect(await dry('--trust')).toMatchObject({ model: 'openai/gpt-5', role: 'standard', limits: { turns: 5, tool_calls: 10, usd: 3, wall_ms: 1_800_000 } });
    config({ role: 'worker' });
    expect((await dry('--trust')).role).toBe('worker');
    expect((await dry()).role).toBe('standard');
  });

  test.each<[string, object, RegExp]>([
    ['a key', { providers: { openai: { api_key: 'x' } } }, /Unrecognized key: "providers"/u],
    ['trust', { trusted: ['/'] }, /Unrecognized key: "trusted"/u],
    ['a price', { prices: {} }, /Unrecognized key: "prices"/u],
    ['a scripted judge', { judge: 'script:yes.yaml' }, /judge: is a scripted model/u],
    ['a scripted model', { model: 'script:/etc/passwd' }, /model: is a scripted model/u],
    ['a role there is not', { role: 'root' }, /role: /u],
  ])('may not say %s', async (_, value, message) => {
    config(value);
    const ran = await act(here, ls, ['--trust']);
    expect(ran.stderr).toMatch(/^CONFIG_INVALID: \.oxios\/config\.json: /mu);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect((await act(here, ls)).code).toBe(0);
  });
});
