import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Place, place } from '../helpers/oxios.ts';
import { makeGate, running, shell } from '../helpers/shell.ts';
import { unprivileged } from '../helpers/stranger.ts';

const drop = unprivileged();
let here: Place;
beforeEach(() => {
  here = place();
  chmodSync(here.home, 0o755);
  writeFileSync(here.path('hello.yaml'), '- text: Hello.\n');
});
afterEach(() => {
  chmodSync(here.home, 0o755);
  here.remove();
});

/** A line of shell of a user without rights of root; `$OX` is the program. */
const as = (line: string) => shell(`OX="${(drop ?? []).join(' ')} $NODE $BIN"; ${line}`, { home: here.home });
const refused = (ran: { stderr: string; code: number | null }, code: string, exit: number) => {
  expect(ran.stderr).toMatch(new RegExp(`^${code}: .*\\n {2}hint: \\S.*\\n$`, 'u'));
  expect(ran.code).toBe(exit);
};

describe.runIf(drop)('without the right to', () => {
  test.each(['run seed.yaml', 'seed lint seed.yaml', 'seed show seed.yaml', 'seed diff hello.yaml seed.yaml'])(
    'read the seed, oxios %s is FILE_UNREADABLE',
    async (command) => {
      writeFileSync(here.path('seed.yaml'), 'goal: x\n');
      writeFileSync(here.path('hello.yaml'), 'goal: x\nontology_schema: {name: o, description: d}\nmetadata: {}\n');
      chmodSync(here.path('seed.yaml'), 0);
      const ran = await as(`$OX ${command} --quiet`);
      refused(ran, 'FILE_UNREADABLE', 2);
      expect(ran.stderr).toContain('seed.yaml cannot be read: EACCES');
    },
  );

  test('write the home, work is HOME_UNWRITABLE, and the home stays as it was', async () => {
    mkdirSync(here.path('.oxios'));
    chmodSync(here.path('.oxios'), 0o555);
    refused(await as('$OX -p hi --model script:hello.yaml'), 'HOME_UNWRITABLE', 5);
    refused(await as('$OX config set retries 1'), 'HOME_UNWRITABLE', 5);
    expect(readdirSync(here.path('.oxios'))).toEqual([]);
    expect(statSync(here.path('.oxios')).mode & 0o777).toBe(0o555);
  });

  test('make the home, work is HOME_UNWRITABLE, and what only looks says that there is nothing', async () => {
    chmodSync(here.home, 0o555);
    refused(await as('$OX -p hi --model script:hello.yaml'), 'HOME_UNWRITABLE', 5);
    expect(await as('$OX ps')).toMatchObject({ code: 0, stderr: 'nothing has run here yet; try: oxios demo\n' });
    expect(await as('$OX doctor')).toMatchObject({ code: 5, stdout: expect.stringMatching(/^BAD {2}home: .*EACCES/mu) });
    expect(readdirSync(here.home)).not.toContain('.oxios');
  });

  test('write in the folder, seed new and --events are refused before anything is done', async () => {
    chmodSync(here.home, 0o555);
    refused(await as('$OX seed new'), 'USAGE', 2);
    refused(await as('$OX -p hi --model script:hello.yaml --events events.jsonl'), 'USAGE', 2);
    refused(await as('$OX -p hi --model script:hello.yaml --record script.yaml'), 'USAGE', 2);
    expect(readdirSync(here.home)).toEqual(['hello.yaml']);
  });
});

describe.runIf(drop && drop.length > 0)('another user', () => {
  test('reaches neither the home nor the socket of a kernel at work', async () => {
    mkdirSync(here.workspace);
    const gate = join(here.workspace, 'gate');
    writeFileSync(here.path('slow.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: done\n');
    makeGate(gate);
    const agent = running(['-p', 'x', '--model', `script:${here.path('slow.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    const kill = await agent.printed('"type":"tool.started"');
    expect(statSync(here.path('.oxios')).mode & 0o777).toBe(0o700);
    refused(await as('$OX ps'), '[A-Z_]+', 5);
    // Also where the folder would let them through, the socket itself does not.
    chmodSync(here.path('.oxios'), 0o755);
    refused(await as('$OX ps'), 'SOCKET_FOREIGN', 5);
    refused(await as('$OX kill 1'), 'SOCKET_FOREIGN', 5);
    const connect = `require("node:net").connect(process.argv[1]).on("error", (e) => console.log(e.code)).on("connect", () => console.log("in"))`;
    expect((await as(`${(drop ?? []).join(' ')} "$NODE" -e '${connect}' ${here.path('.oxios/kernel.sock')}`)).stdout).toBe('EACCES\n');
    kill('SIGKILL');
    await agent.done;
  });
});
