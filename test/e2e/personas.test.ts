import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { persona } from '../../src/ouroboros/personas/personas.ts';
import { replies, says, status } from '../helpers/provider-plays.ts';
import { errorOf, ofType, type Scene, scene } from '../helpers/provider-scene.ts';
import type { Asked, Script } from '../helpers/provider-server.ts';

const DONE = says({ text: 'It is done.' });
const system = ({ body }: Asked): string => JSON.stringify(body.system);
const toolsOf = ({ body }: Asked): string[] => body.tools.map((one: { name: string }) => one.name);
const begin = (script: Script = [DONE], config: object = {}): Promise<Scene> => scene('anthropic', script, config);
const told = (name: string): string => JSON.stringify(persona(name).system).slice(1, -1);

/** What one `-p` asked first of its model. */
async function asking(here: Scene, ...args: readonly string[]): Promise<Asked> {
  const from = here.server.asked.length;
  expect(await here.prompt(args)).toMatchObject({ code: 0 });
  return here.server.asked[from] as Asked;
}

/** A configuration of the project, which it does not get trusted by having. */
function project(here: Scene, personas: object): void {
  mkdirSync(join(here.here.workspace, '.oxios'));
  writeFileSync(join(here.here.workspace, '.oxios/config.json'), JSON.stringify({ personas }));
}

test('a persona is told to the agent and named in the first event; without one nothing is added', async () => {
  const here = await begin();
  const plain = await asking(here);
  expect(system(plain)).not.toContain(told('dev'));
  const ran = await here.prompt(['--persona', 'dev']);
  expect(ran.events()[0].request.args.labels).toEqual({ persona: 'dev' });
  expect(system(here.server.asked[1] as Asked)).toContain(told('dev'));
  expect(toolsOf(here.server.asked[1] as Asked)).toEqual(toolsOf(plain));
  expect((await here.oxios(['-p', 'do it', '--persona', 'dev'])).stderr).toContain(' · persona dev · ');
});

describe('a persona that only looks', () => {
  const tries = [
    { call: 'write', input: { path: 'a.txt', content: 'x' }, id: 'c1' },
    { call: 'bash', input: { command: 'echo x > b.txt' }, id: 'c2' },
    { call: 'bash', input: { command: 'wc -c < c.txt' }, id: 'c3' },
  ];

  test('is offered no tool that writes, and writes neither by calling one all the same nor by a command', async () => {
    const here = await begin([replies({ blocks: tries }), DONE]);
    writeFileSync(join(here.here.workspace, 'c.txt'), 'four');
    const ran = await here.prompt(['--persona', 'review']);
    expect(toolsOf(here.server.asked[0] as Asked)).toEqual(['read', 'bash', 'grep', 'find', 'ls', 'ask', 'todo']);
    expect(ofType(ran, 'tool.denied').map((one) => one.text)).toEqual([
      expect.stringContaining('There is no tool "write"'),
      expect.stringContaining('fs:write:'),
    ]);
    expect(ofType(ran, 'tool.finished').map((one) => one.text)).toEqual([expect.stringContaining('4')]);
    expect([existsSync(join(here.here.workspace, 'a.txt')), existsSync(join(here.here.workspace, 'b.txt'))]).toEqual([false, false]);
    // What somebody grants by name is granted.
    const granted = await begin([replies({ blocks: tries.slice(1, 2) }), DONE]);
    expect(ofType(await granted.prompt(['--persona', 'review', '--allow', 'fs:write:.']), 'tool.denied')).toEqual([]);
    expect(existsSync(join(granted.here.workspace, 'b.txt'))).toBe(true);
  });

  test('stays so when the conversation or the run goes on, and in a replay', async () => {
    const here = await begin((_, n) => (n === 1 ? status(401, { message: 'no' }) : DONE));
    const first = await here.prompt(['--persona', 'review']);
    const next = await here.prompt(['--continue']);
    expect(next.code).toBe(5);
    expect(await here.oxios(['resume', '--json'])).toMatchObject({ code: 0 });
    expect(await here.prompt(['--session', first.events()[0].run])).toMatchObject({ code: 0 });
    const [, continued, resumed, session] = here.server.asked as [Asked, Asked, Asked, Asked];
    for (const one of [continued, resumed, session]) {
      expect(system(one)).toContain(told('review'));
      expect(toolsOf(one)).not.toContain('write');
    }
    const other = await asking(here, '--continue', '--persona', 'none');
    expect(system(other)).not.toContain(told('review'));
    expect(toolsOf(other)).toContain('write');
    expect(await here.oxios(['replay', next.events()[0].run, '--diff', '--json'])).toMatchObject({ code: 0, stdout: expect.stringContaining('"ok":true') });
  });
});

describe("personas of one's own", () => {
  const OWN = {
    personas: {
      poet: { system: 'Answer in verse.\nAlways.', model: 'anthropic/poet', tools: ['read', 'write'] },
      dev: { summary: 'mine', system: 'Be quick.' },
    },
  };

  test('come from the configuration, with their tools and their model, which --model overrides, and may stand in the place of ours', async () => {
    const here = await begin([DONE], OWN);
    const poet = await asking(here, '--persona', 'poet');
    expect([poet.body.model, toolsOf(poet), system(poet)]).toEqual(['poet', ['read', 'write'], expect.stringContaining('Answer in verse.\\nAlways.')]);
    expect((await asking(here, '--persona', 'poet', '--model', 'anthropic/m')).body.model).toBe('m');
    expect(system(await asking(here, '--persona', 'dev'))).toContain('Be quick.');
    const listed = (await here.oxios(['personas', '--json'])).events();
    expect(listed.find((one) => one.name === 'poet')).toEqual({
      name: 'poet',
      for: ['chat'],
      summary: 'Answer in verse.',
      model: 'anthropic/poet',
      tools: ['read', 'write'],
      source: 'config',
    });
    expect(listed.filter((one) => one.name === 'dev')).toEqual([{ name: 'dev', for: ['chat'], summary: 'mine', source: 'config' }]);
    expect(listed.find((one) => one.name === 'judge')).toMatchObject({ for: ['consensus'], source: 'built in' });
    expect((await here.oxios(['personas', 'poet'])).stdout).toContain(
      'for chat · config · model anthropic/poet\ntools read, write\n\nAnswer in verse.\nAlways.',
    );
  });

  test('the configured one holds when nothing is said, and the form of the answer is told beside it', async () => {
    const here = await begin([says({ text: '"a line"' })], { ...OWN, persona: 'poet' });
    writeFileSync(here.here.path('form.json'), '{"type":"string"}');
    const asked = await asking(here, '--output-schema', here.here.path('form.json'));
    expect(system(asked)).toMatch(/Answer in verse\.\\nAlways\.\\n.*JSON/u);
    expect(system(await asking(here, '--persona', 'none'))).not.toContain('verse');
  });

  test('of a project count once it is trusted, and hold no more than what they stand in the place of', async () => {
    const here = await begin();
    project(here, { review: { system: 'Be kind.', tools: ['read', 'write', 'bash'] }, own: { system: 'Ours.' } });
    expect(errorOf(await here.prompt(['--persona', 'own']))).toBe('USAGE');
    expect(system(await asking(here, '--persona', 'review'))).toContain(told('review'));
    const review = await asking(here, '--persona', 'review', '--trust');
    expect([toolsOf(review), system(review)]).toEqual([['read', 'bash'], expect.stringContaining('Be kind.')]);
    const listed = (await here.oxios(['personas', '--json', '--trust'])).events();
    expect(listed.filter((one) => one.source === 'project').map((one) => one.name)).toEqual(['review', 'own']);
  });
});

test.each([
  ['a name that is none', ['--persona', 'reviw'], 'there is no persona reviw; did you mean review?'],
  ['a perspective of the protocol', ['--persona', 'judge'], 'judge is a perspective of the protocol, and none to work with'],
])('%s is refused before anything runs', async (_, args, why) => {
  const here = await begin();
  const ran = await here.prompt(args);
  expect([ran.code, errorOf(ran)]).toEqual([2, 'USAGE']);
  expect(ran.stderr).toContain(why);
  expect(here.server.asked).toEqual([]);
});

test.each([
  ['judge', { system: 'x' }, 'this is a perspective of the protocol, which nothing replaces'],
  ['none', { system: 'x' }, 'none means no persona'],
  ['poet', { system: 'x', tools: ['raed'] }, 'there is no tool raed; did you mean read?'],
  ['poet', { system: 'x', tone: 'high' }, 'Unrecognized key: "tone"'],
  ['poet', { system: '' }, 'personas.poet.system'],
  ['a b', { system: 'x' }, 'the name of a persona: letters, digits, - and _'],
])('the persona %s as %j is refused when it is set, and wherever personas count', async (name, value, why) => {
  const here = await begin([DONE], { personas: { [name]: value } });
  for (const args of [['personas'], ['-p', 'do it'], ['config', 'set', `personas.${name}`, JSON.stringify(value)]]) {
    const ran = await here.oxios(args);
    expect([ran.code, errorOf(ran)]).toEqual([2, 'CONFIG_INVALID']);
    expect(ran.stderr).toContain(why);
  }
  here.configure({});
  expect((await here.oxios(['config', 'set', `personas.${name}`, JSON.stringify(value)])).stderr).toContain(why);
  project(here, { [name]: value });
  expect((await here.oxios(['personas', '--trust'])).stderr).toContain(why);
});
