import { existsSync, readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { oxios, type Place } from '../helpers/oxios.ts';
import { approves, bash, calls, says, trial, writes } from '../helpers/trial.ts';

let here: Place;
afterEach(() => here.remove());

const left = (): readonly string[] => (existsSync(here.path('.oxios/work')) ? readdirSync(here.path('.oxios/work')) : []);

test('siblings write into a shared folder and append to the same file', async () => {
  const made = trial({
    criteria: ['a', 'b', 'c'].map((id) => ({
      id,
      description: `write src/${id}.txt`,
      verify_command: `grep -q ${id} src/${id}.txt`,
      expected_artifacts: [`src/${id}.txt`],
    })),
    files: { 'src/list.txt': 'one\n' },
    agents: Object.fromEntries(
      ['a', 'b', 'c'].flatMap((id) => [
        [`worker ${id}`, [calls(writes(`src/${id}.txt`, `${id}\n`), bash(`echo ${id} >> src/list.txt`)), says('done')]],
        [`judge ${id}`, [approves(`src/${id}.txt:1`)]],
      ]),
    ),
    seed: { oxios: { capabilities: ['exec:echo'] } },
  });
  here = made;
  const ran = await made.run();
  expect(ran.statuses).toEqual({ a: 'PASS', b: 'PASS', c: 'PASS' });
  expect(made.read('src/list.txt')).toBe('one\na\nb\nc\n');
  expect(left()).toEqual([]);
  expect(await oxios(['replay', ran.result.run, '--diff'], { home: here.home })).toMatchObject({ code: 0 });
});
