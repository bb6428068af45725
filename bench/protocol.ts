// What the protocol takes beyond its tools: a run of N criteria with models that answer at once, one after the other and
// side by side, and the same checks by a bare shell: `node bench/protocol.ts [criteria]`, after `npm run build`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KernelEvent } from '../src/kernel/events.ts';
import { type Line, median, report } from './measure.ts';

const CRITERIA = Number(process.argv[2] ?? 20);
const ROUNDS = 5;
/** For 20 criteria; more may take as much more. */
const MOST_MS = (1500 * CRITERIA) / 20;

const root = mkdtempSync(join(tmpdir(), 'oxios-bench-'));
const at = (name: string): string => join(root, name);
const ids = Array.from({ length: CRITERIA }, (_, n) => `ac${n + 1}`);

writeFileSync(
  at('seed.yaml'),
  JSON.stringify({
    goal: 'a file for each',
    acceptance_criteria: ids.map((id) => ({ id, description: `${id} has its file`, verify_command: `test -f out/${id}`, expected_artifacts: [`out/${id}`] })),
    ontology_schema: { name: 'Files', description: 'files' },
    metadata: { ambiguity_score: 0.1 },
  }),
);
const opinion = { compliance: true, score: 1, goal_alignment: 1, drift: 0, uncertainty: 0, reward_hacking_risk: 0, evidence: ['base:1'], reasons: 'seen' };
const worker = (id: string) => [{ calls: [{ name: 'write', input: { path: `out/${id}`, content: `${id}\n` } }] }, { text: 'done' }];
writeFileSync(
  at('model.yaml'),
  JSON.stringify({ agents: { ...Object.fromEntries(ids.map((id) => [`worker ${id}`, worker(id)])), judge: [{ text: JSON.stringify(opinion) }] } }),
);

interface Took {
  readonly wall_ms: number;
  /** At least one tool was at work. */
  readonly tools_ms: number;
  /** Processor time of the program itself, without what it started: a busy machine does not change it. */
  readonly cpu_ms: number;
}

/** Says at the end what processor time it took, milliseconds. */
const METER = 'data:text/javascript,process.on("exit",()=>{const u=process.cpuUsage();process.stderr.write("cpu "+(u.user+u.system)/1000)})';

/** The whole program, from its start to its end. */
function run(flags: readonly string[]): Took {
  fresh();
  const began = performance.now();
  const args = [
    'run',
    at('seed.yaml'),
    '--model',
    `script:${at('model.yaml')}`,
    '--project-dir',
    at('workspace'),
    '--home',
    at('home'),
    '--max-tool-calls',
    '9999',
  ];
  const ran = spawnSync(process.execPath, ['--import', METER, 'bin/oxios.mjs', ...args, '--quiet', '--events', at('events'), ...flags], { encoding: 'utf8' });
  const wall_ms = performance.now() - began;
  if (ran.status !== 0) throw new Error(`exit ${ran.status}: ${ran.stderr}`);
  const events = readFileSync(at('events'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as KernelEvent);
  return { wall_ms, tools_ms: union(spansOf(events)), cpu_ms: Number(/cpu ([\d.]+)$/u.exec(ran.stderr)?.[1]) };
}

/** The same commands, twice each as a run has them: before the work and after. */
function bare(): Took {
  fresh();
  mkdirSync(at('workspace/out'));
  const began = performance.now();
  for (const id of ids) spawnSync('bash', ['-c', `test -f out/${id}`], { cwd: at('workspace') });
  for (const id of ids) writeFileSync(at(`workspace/out/${id}`), `${id}\n`);
  for (const id of ids) execFileSync('bash', ['-c', `test -f out/${id}`], { cwd: at('workspace') });
  return { wall_ms: performance.now() - began, tools_ms: 0, cpu_ms: 0 };
}

function fresh(): void {
  for (const name of ['workspace', 'home']) rmSync(at(name), { recursive: true, force: true });
  mkdirSync(at('workspace'));
  writeFileSync(at('workspace/base'), 'here\n');
}

type Span = readonly [from: number, to: number];

/** From the start of each call to its outcome, milliseconds of one clock. */
function spansOf(events: readonly KernelEvent[]): readonly Span[] {
  const began = new Map<string, number>();
  return events.flatMap((event): Span[] => {
    if (event.type === 'tool.started') began.set(event.call, event.mono);
    const from = event.type === 'tool.finished' ? began.get(event.call) : undefined;
    return from === undefined ? [] : [[from, event.mono]];
  });
}

function union(spans: readonly Span[]): number {
  let sum = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

const WAYS = { 'one after the other': ['--sequential'], 'side by side': [] } as const;
const taken = new Map<string, Took[]>();
for (let round = -1; round < ROUNDS; round++) {
  // The first round only warms up.
  for (const [way, flags] of Object.entries(WAYS)) note(way, round, run(flags));
  note('bare', round, bare());
}

function note(way: string, round: number, took: Took): void {
  if (round >= 0) taken.set(way, [...(taken.get(way) ?? []), took]);
}

const middle = (way: string, of: (took: Took) => number): number => median((taken.get(way) ?? []).map(of));
const floor_ms = middle('bare', (took) => took.wall_ms);
report(
  `a run of ${CRITERIA} criteria, medians of ${ROUNDS} rounds; the floor is its tools' own time, below that of the bare checks`,
  Object.keys(WAYS).flatMap((way): Line[] => {
    const [wall, tools] = [middle(way, (took) => took.wall_ms), middle(way, (took) => took.tools_ms)];
    const beyond = middle(way, (took) => took.wall_ms - took.tools_ms);
    const cpu = middle(way, (took) => took.cpu_ms);
    return [
      { what: `${way}: the whole run`, ms: wall, floor_ms: tools, goal: `floor + ${MOST_MS} ms`, holds: beyond <= MOST_MS },
      { what: `${way}: beyond its tools`, ms: beyond, floor_ms, goal: `<= ${MOST_MS} ms`, holds: beyond <= MOST_MS },
      { what: `${way}: processor time, tools included`, ms: cpu, floor_ms, goal: `<= ${MOST_MS} ms`, holds: cpu <= MOST_MS },
    ];
  }),
);
rmSync(root, { recursive: true });
