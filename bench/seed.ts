// What it takes from the shell to a plan in the log: `node bench/seed.ts`, after `npm run build`.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { makePlan } from '../src/ouroboros/execute/plan.ts';
import { planItems } from '../src/ouroboros/job.ts';
import { readSeed } from '../src/ouroboros/seed/read.ts';
import { interleaved, report } from './measure.ts';
import { OXIOS } from './shell.ts';

const ROUNDS = 11;
const CRITERIA = 20;
/** From the start of the program to the plan in the log, milliseconds. */
const MOST_MS = 300;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-')));
const workspace = join(root, 'workspace');
mkdirSync(workspace);
const file = join(root, 'seed.yaml');
writeFileSync(file, stringify(seedOf(CRITERIA)));
writeFileSync(join(root, 'model.yaml'), '[]\n');
const env = { PATH: process.env.PATH ?? '', HOME: root, OXIOS_HOME: join(root, 'home') };

/** Reads the same file with the same parser and logs it in one synced row of SQLite. */
const FLOOR = `
  import { readFileSync } from 'node:fs';
  import { DatabaseSync } from 'node:sqlite';
  import { parse } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('yaml')).href)};
  const seed = parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
  const db = new DatabaseSync(${JSON.stringify(join(root, 'floor.db'))});
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS log (body TEXT)');
  db.prepare('INSERT INTO log VALUES (?)').run(JSON.stringify(seed));
  console.log('"type":"plan.made"');
`;

const bytes = readFileSync(file);
const taken = await interleaved(ROUNDS, {
  floor: () => untilPlanned([process.execPath, '--input-type=module', '-e', FLOOR]),
  ours: () => untilPlanned([...OXIOS, 'run', file, '--model', `script:${join(root, 'model.yaml')}`, '--project-dir', workspace, '--json']),
  inside() {
    const reading = readSeed(bytes, file);
    if (!reading.ok) throw new Error('the seed of the benchmark is not valid');
    return makePlan(planItems(reading.seed));
  },
});
report(`a seed with ${CRITERIA} criteria, medians of ${ROUNDS} rounds`, [
  { what: 'from the shell to the plan in the log', ms: taken.ours, floor_ms: taken.floor, goal: `<= ${MOST_MS} ms`, holds: taken.ours <= MOST_MS },
  { what: 'of that, reading and planning once warm', ms: taken.inside, floor_ms: taken.floor, goal: `<= ${MOST_MS} ms`, holds: taken.inside <= MOST_MS },
]);
rmSync(root, { recursive: true, force: true });

/** Until the plan is printed, which is after it is in the log; what comes then is ended. */
function untilPlanned(argv: readonly string[]): Promise<void> {
  const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (!said.includes('"type":"plan.made"')) return;
      resolve();
      child.kill('SIGKILL');
    });
    child.once('close', () => reject(new Error(`it ended without a plan: ${said}`)));
  });
}

function seedOf(count: number): object {
  const criteria = Array.from({ length: count }, (_, at) => ({
    id: `c${at}`,
    description: `module ${at} does what its specification says, in every case that it names`,
    verify_command: `node --test test/module${at}.test.js`,
    expected_artifacts: [`src/module${at}.js`, `test/module${at}.test.js`],
    ...(at % 3 === 2 ? { depends_on: [`c${at - 1}`] } : {}),
  }));
  return {
    goal: 'A library of small modules',
    constraints: ['No dependencies', 'Node.js 24'],
    acceptance_criteria: criteria,
    ontology_schema: { name: 'Modules', description: 'Small functions', fields: [{ name: 'module', type: 'file', description: 'One concept' }] },
    metadata: { ambiguity_score: 0.1 },
  };
}
