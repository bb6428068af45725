import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { opinion } from './opinion.ts';
import { type Place, place } from './oxios.ts';

const call = (name: string, input: object) => ({ name, input });
const write = (path: string, content: string) => call('write', { path, content });
const yes = (at: string) => [{ text: opinion(`${at}:1`) }];

/** Three side by side: two that can be merged, and one whose work clashes with the first one's. `trace.log` holds what was run. */
const AGENTS = {
  'worker a': [
    { calls: [call('read', { path: 'list.txt' }), call('bash', { command: 'echo one >> trace.log' })] },
    { calls: [write('shared/a.txt', 'a\n'), call('edit', { path: 'list.txt', edits: [{ old: 'title', new: 'The title' }] }), write('dist/out', 'of a\n')] },
    { text: 'a is done' },
  ],
  'worker b': [{ calls: [write('shared/b.txt', 'b\n'), call('edit', { path: 'list.txt', edits: [{ old: 'title', new: 'TITLE' }] })] }, { text: 'b is done' }],
  'worker b#2': [
    { calls: [call('read', { path: 'list.txt' }), call('bash', { command: 'echo two >> trace.log' })] },
    { calls: [write('shared/b.txt', 'b again\n'), call('edit', { path: 'list.txt', edits: [{ old: 'The title', new: 'The TITLE' }] })] },
    { text: 'b is done again' },
  ],
  'worker c': [
    { calls: [write('shared/c.txt', 'c\n'), call('edit', { path: 'list.txt', edits: [{ old: 'end', new: 'the end' }] }), write('dist/out', 'of c\n')] },
    { text: 'c is done' },
  ],
  'judge a': yes('shared/a.txt'),
  'judge b': yes('shared/b.txt'),
  'judge c': yes('shared/c.txt'),
};

const SEED = {
  goal: 'three files and a list',
  ontology_schema: { name: 'o', description: 'd' },
  metadata: {},
  acceptance_criteria: ['a', 'b', 'c'].map((id) => ({ id, description: `shared/${id}.txt is there`, verify_command: `test -s shared/${id}.txt` })),
  oxios: { capabilities: ['exec:echo'], max_generations: 1 },
};

/** A home, a workspace and a run to be killed in which criteria are worked on side by side; `RUN_STEPS` runs it. */
export function besideSteps(): Place {
  const at = place();
  mkdirSync(at.workspace);
  writeFileSync(join(at.workspace, 'list.txt'), 'title\n\n- one\n\nend\n');
  writeFileSync(at.path('seed.yaml'), stringify(SEED));
  writeFileSync(at.path('model.yaml'), stringify({ agents: AGENTS }));
  return at;
}
