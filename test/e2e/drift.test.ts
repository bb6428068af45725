import { afterEach, describe, expect, test } from 'vitest';
import type { Line } from '../helpers/oxios.ts';
import { bash, calls, type Outcome, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const part = (id: string) => ({ id, description: `src/${id}.js prints ${id}`, verify_command: `node src/${id}.js`, expected_artifacts: [`src/${id}.js`] });
const made = (id: string) => writes(`src/${id}.js`, `console.log('${id}');\n`);
const drift = (ran: Outcome): Line => ran.events().find((one) => one.type === 'drift.measured');

describe('drift is measured once a generation', () => {
  test('honest workers who write into shared folders, coverage and builds do not drift', async () => {
    const worker = (id: string) => [
      calls(
        made(id),
        writes(`coverage/${id}.html`, 'x\n'),
        writes(`dist/${id}.js`, 'x\n'),
        writes(`test/${id}.test.js`, 'x\n'),
        writes('src/shared/all.js', `// ${id}\n`),
      ),
      says('done'),
    ];
    here = trial({ criteria: [part('a'), part('b')], agents: { 'worker a': worker('a'), 'worker b': worker('b') } });
    const ran = await here.run(['--once']);
    expect(drift(ran)).toMatchObject({ generation: 1, score: 0, goal: 0, constraint: 0, ontology: null, outside: [], violations: [] });
    expect(ran.code).toBe(0);
  });

  test('work beyond the criteria does, and three are asked then', async () => {
    const beyond = ['billing/a.js', 'billing/b.js', 'other/c.js'].map((path) => writes(path, 'x\n'));
    here = trial({ criteria: [part('a')], agents: { 'worker a': [calls(made('a'), ...beyond), says('done')] } });
    const ran = await here.run(['--once']);
    expect(drift(ran)).toMatchObject({ score: 0.4688, goal: 0.75, outside: ['billing/a.js', 'billing/b.js', 'other/c.js'] });
    expect(ran.events().find((one) => one.type === 'evaluation.convened')).toMatchObject({ triggers: ['drift'] });
    expect(ran.statuses).toEqual({ a: 'UNVERIFIED' });
  });

  test('reaching for the specification and writing elsewhere are violations', async () => {
    const reach = [calls(bash('cat ../seed.yaml'), ['read', { path: '../seed.yaml' }], writes('../elsewhere.txt', 'x')), calls(made('a')), says('done')];
    here = trial({ criteria: [part('a')], agents: { 'worker a': reach } });
    const found = drift(await here.run(['--once']));
    expect(found.violations).toHaveLength(3);
    expect(found).toMatchObject({ goal: 0, constraint: expect.closeTo(0.3, 5), score: 0.1125 });
  });
});
