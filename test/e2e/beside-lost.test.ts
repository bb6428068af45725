import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { logOf, RUN_STEPS } from '../helpers/crash.ts';
import { besideSteps } from '../helpers/crash-beside.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { killer } from '../helpers/kill-at.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { shell } from '../helpers/shell.ts';
import { unprivileged } from '../helpers/stranger.ts';

let here: Place;
afterEach(() => here.remove());

/** So many commits at most are in a run before its first copy is made. */
const SOON = 40;

test.runIf(process.platform === 'linux' && hasCompiler())(
  'a copy that the log does not know is made anew: what the user changed meanwhile is not lost to it',
  async () => {
    const kill = killer();
    let isBetween = false;
    for (let commit = 3; !isBetween && commit < SOON; commit++) {
      here?.remove();
      here = besideSteps();
      await oxios(RUN_STEPS, { home: here.home, env: kill.env('before', commit).vars });
      const log = await logOf(here);
      const [run] = log.map((event) => event.run);
      isBetween = existsSync(here.path(`.oxios/work/${run}/g1.1/workspace`)) && !log.some((event) => event.type === 'ac.isolated');
    }
    kill.remove();
    expect(isBetween).toBe(true);
    writeFileSync(join(here.workspace, 'list.txt'), 'title\n\n- of the user\n\nend\n');
    const resumed = await oxios(['resume', '--json'], { home: here.home });
    expect(resumed.events().at(-1)?.outcome).toBe('APPROVED');
    expect(readFileSync(join(here.workspace, 'list.txt'), 'utf8')).toContain('- of the user\n');
  },
);

const drop = unprivileged();
const NOBODY = 65534;

describe.runIf(drop)('who closes a folder of its copy', () => {
  test('takes nothing away from the workspace', async () => {
    here = place();
    mkdirSync(join(here.workspace, 'src'), { recursive: true });
    writeFileSync(join(here.workspace, 'src/a.js'), 'a\n');
    const ids = ['a', 'b'];
    const criteria = ids.map((id) => ({ id, description: `${id}.txt is there`, verify_command: `test -s ${id}.txt` }));
    const seed = { goal: 'g', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria };
    writeFileSync(here.path('seed.yaml'), stringify({ ...seed, oxios: { capabilities: ['exec:chmod'], max_generations: 1 } }));
    const write = (id: string) => ({ name: 'write', input: { path: `${id}.txt`, content: 'x\n' } });
    const agents = {
      'worker a': [{ calls: [write('a'), { name: 'bash', input: { command: 'chmod 000 src' } }] }, { text: 'done' }],
      'worker b': [{ calls: [write('b')] }, { text: 'done' }],
    };
    writeFileSync(here.path('model.yaml'), stringify({ agents: { ...agents, 'worker a#2': [{ calls: [write('a')] }, { text: 'done' }] } }));
    for (const folder of [here.home, here.workspace, join(here.workspace, 'src')]) {
      chmodSync(folder, 0o755);
      if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY);
    }
    const ran = await shell(`${(drop ?? []).join(' ')} $NODE $BIN run seed.yaml --model script:model.yaml --project-dir workspace --json`, { home: here.home });
    const events = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const merges = events.filter((event) => event.type === 'ac.merged').map((event) => [event.criterion, event.again]);
    expect(merges).toEqual([
      ['a', true],
      ['b', false],
    ]);
    expect(events.at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(readFileSync(join(here.workspace, 'src/a.js'), 'utf8')).toBe('a\n');
  });
});
