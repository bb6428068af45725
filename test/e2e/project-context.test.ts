import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { says, stallsAfter } from '../helpers/provider-plays.ts';
import { ofType, type Scene, scene } from '../helpers/provider-scene.ts';
import type { Asked, Script } from '../helpers/provider-server.ts';

const DONE = says({ text: 'It is done.' });
const systemOf = ({ body }: Asked): string => body.messages[0].content;

async function project(script: Script, config: object = {}): Promise<Scene> {
  const made = await scene('chat', script, config);
  mkdirSync(`${made.here.workspace}/.git`);
  mkdirSync(`${made.here.workspace}/app`);
  writeFileSync(`${made.here.workspace}/AGENTS.md`, 'ROOT RULE: tabs only.\n');
  writeFileSync(`${made.here.workspace}/app/AGENTS.md`, 'APP RULE: no classes.\n');
  return made;
}

describe('AGENTS.md', () => {
  test('of a folder nobody trusts is named, in the log and to the person, and not told', async () => {
    const { server, prompt } = await project([DONE]);
    const ran = await prompt();
    expect(ran.code).toBe(0);
    expect(systemOf(server.asked[0] as Asked)).not.toContain('ROOT RULE');
    expect(ran.stderr).toContain('left alone, as this folder is not trusted: AGENTS.md (--trust');
    expect(ofType(ran, 'run.started')[0].project).toEqual({ files: ['AGENTS.md'], trusted: false });
    expect(ran.stdout).not.toContain('ROOT RULE');
  });

  test('--trust tells it, from the root of the repository down to the folder, and never what is beside or below', async () => {
    const { here, server, prompt } = await project([DONE]);
    writeFileSync(here.path('AGENTS.md'), 'OUTSIDE RULE');
    mkdirSync(`${here.workspace}/app/deep`);
    writeFileSync(`${here.workspace}/app/deep/AGENTS.md`, 'DEEP RULE');
    const ran = await prompt(['--trust', '--project-dir', `${here.workspace}/app`]);
    const told = systemOf(server.asked[0] as Asked);
    expect(told).toMatch(/from \.\.\/AGENTS\.md, AGENTS\.md\.[\s\S]*ROOT RULE[\s\S]*APP RULE/u);
    expect(told).not.toMatch(/OUTSIDE|DEEP/u);
    expect(ofType(ran, 'run.started')[0].project).toEqual({ files: ['../AGENTS.md', 'AGENTS.md'], trusted: true });
    expect(ran.stderr).not.toContain('not trusted');
  });

  test('a folder in the key trusted of config.json is trusted with all below it, and no folder beside it', async () => {
    const { here, server, prompt, configure } = await project([DONE]);
    configure({ trusted: [here.workspace] });
    await prompt(['--project-dir', `${here.workspace}/app`]);
    configure({ trusted: [`${here.workspace}/ap`] });
    await prompt(['--project-dir', `${here.workspace}/app`]);
    expect(server.asked.map((one) => systemOf(one).includes('APP RULE'))).toEqual([true, false]);
  });

  test('is told to sub-agents and after a resume', async () => {
    const forks = says({ call: 'fork', input: { task: 'the small part' } });
    const { server, watched, oxios } = await project((_, n) => [forks, stallsAfter(undefined)][n] ?? DONE);
    const running = watched(['--trust', '--allow', 'proc:fork']);
    const kill = await running.printed('"run.started"');
    await server.request(1);
    kill('SIGINT');
    await running.done;
    expect((await oxios(['resume', '--json'])).code).toBe(0);
    expect(server.asked.length).toBeGreaterThan(2);
    for (const one of server.asked) expect(systemOf(one)).toContain('ROOT RULE');
  });

  test('of a run is told to its workers, and not to those who judge their work', async () => {
    const { here, server, oxios } = await project((asked) =>
      JSON.stringify(asked.body).includes('"role":"tool"') || !systemOf(asked).includes('worker')
        ? DONE
        : says({ call: 'write', input: { path: 'x', content: 'x' } }),
    );
    writeFileSync(
      here.path('seed.yaml'),
      'goal: x\nontology_schema: {name: o, description: d}\nmetadata: {}\nacceptance_criteria: [{description: the file x exists, verify_command: test -f x}]\n',
    );
    await oxios(['run', here.path('seed.yaml'), '--trust']);
    const told = (name: string) => server.asked.filter((one) => systemOf(one).startsWith(`You are ${name}`)).map((one) => systemOf(one).includes('ROOT RULE'));
    expect(told('worker')).toEqual([true, true]);
    expect(told('judge').length).toBeGreaterThan(0);
    expect(told('judge')).not.toContain(true);
  });

  test.each([
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link out of the project', (file: string) => symlinkSync('/etc/hostname', file)],
  ])('that is %s is none, trusted or not, and that is said', async (_, make) => {
    const { here, server, prompt } = await scene('chat', [DONE]);
    make(`${here.workspace}/AGENTS.md`);
    const ran = await prompt(['--trust']);
    expect([ran.code, server.asked.length, ofType(ran, 'run.started')[0].project]).toEqual([0, 1, undefined]);
    expect(ran.stderr).toContain('left alone, as it is no file of this project: AGENTS.md');
  });
});
