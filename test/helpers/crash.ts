import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { BODIES } from '../../src/cli/boot.ts';
import { homeAt } from '../../src/drivers/store/home.ts';
import { openForReading } from '../../src/drivers/store/reading.ts';
import { KERNEL_RUN } from '../../src/drivers/store/seals.ts';
import { verifyLog } from '../../src/drivers/store/verify.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { opinion } from './opinion.ts';
import { type Line, oxios, type Place, place, type Ran } from './oxios.ts';

const yes = (at: string) => [
  {
    text: opinion(`${at}:1`),
  },
];

const call = (name: string, input: object) => ({ name, input });

/** Workers that read, write, edit, run commands that may run once only, and fork; what `trace.log` holds is seen from outside. */
const AGENTS = {
  'worker a': [
    { text: 'I look first.', calls: [call('read', { path: 'notes.md' }), call('bash', { command: 'echo one >> trace.log' })] },
    { calls: [call('write', { path: 'out.txt', content: 'out\n' }), call('edit', { path: 'notes.md', edits: [{ old: 'draft', new: 'draft, and final' }] })] },
    { text: 'a is done' },
  ],
  'worker b': [
    {
      calls: [
        call('fork', { name: 'helper', task: 'write sub.txt' }),
        call('read', { path: 'out.txt' }),
        call('write', { path: 'out.txt', content: 'out, twice\n' }),
      ],
    },
    { text: 'b is done' },
  ],
  helper: [{ calls: [call('bash', { command: 'echo two >> trace.log' }), call('write', { path: 'sub.txt', content: 'sub\n' })] }, { text: 'sub.txt is there' }],
  'judge a': yes('notes.md'),
  'judge b': yes('sub.txt'),
};

const SEED = {
  goal: 'two files and a note',
  ontology_schema: { name: 'o', description: 'd' },
  metadata: {},
  acceptance_criteria: [
    { id: 'a', description: 'the notes are final', verify_command: 'node check.js notes.md final', expected_artifacts: ['notes.md'] },
    { id: 'b', description: 'sub.txt is there', verify_command: 'node check.js sub.txt sub', expected_artifacts: ['sub.txt'], depends_on: ['a'] },
  ],
  oxios: { capabilities: ['proc:fork', 'exec:echo'] },
};

/** The check needs an installed package: what is not in a snapshot must be there in a disposable copy all the same. */
const CHECK = `const { has } = require('has');\nprocess.exit(has(...process.argv.slice(2)) ? 0 : 1);\n`;
const HAS = `exports.has = (file, text) => require('node:fs').readFileSync(file, 'utf8').includes(text);\n`;

/** A home, a workspace and a run of several steps to be killed. */
export function steps(): Place {
  const at = place();
  mkdirSync(join(at.workspace, 'node_modules/has'), { recursive: true });
  writeFileSync(join(at.workspace, 'node_modules/has/index.js'), HAS);
  writeFileSync(join(at.workspace, 'check.js'), CHECK);
  writeFileSync(join(at.workspace, 'notes.md'), 'draft\n');
  writeFileSync(at.path('seed.yaml'), stringify(SEED));
  writeFileSync(at.path('model.yaml'), stringify({ agents: AGENTS }));
  return at;
}

export const RUN_STEPS = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'] as const;

/** Goes on with a run that was killed, and says what is wrong then: against what these programs had printed, and what a run that was left alone gives. */
export async function wrongIn(at: Place, killed: readonly Ran[], whole: ReturnType<typeof essence>, args: readonly string[] = RUN_STEPS): Promise<string[]> {
  const { result, log, wentOn } = await finish(at, args);
  const { verification: verified } = await verifyLog(homeAt(at.path('.oxios') as AbsPath));
  const mine = essence(at, result);
  return [
    ...killed.flatMap((one) => lost(one, log)),
    ...repeated(at, log),
    ...dispatchedAgain(log),
    ...(verified.ok ? [] : [JSON.stringify(verified)]),
    ...(wentOn ? await leftovers(at) : []),
    ...(isDeepStrictEqual(mine, whole) ? [] : [JSON.stringify(mine)]),
  ];
}

/** Programs killed and resumed at once. */
const SIDE_BY_SIDE = 2;

export async function allSideBySide<T>(items: readonly T[], work: (item: T) => Promise<readonly string[]>): Promise<string[]> {
  const left = [...items];
  const found: string[] = [];
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  return found;
}

/** The same numbers in [0, 1) for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Goes on with a run that was killed until it ends; begins anew when nothing of it had reached the log. */
async function finish(at: Place, args: readonly string[]): Promise<{ readonly result: Line; readonly log: readonly Line[]; readonly wentOn: boolean }> {
  const had = await logOf(at);
  const hadEnded = had.at(-1)?.type === 'run.result';
  if (!hadEnded) await oxios(had.length === 0 ? args : ['resume', '--json'], { home: at.home });
  const log = hadEnded ? had : await logOf(at);
  return { result: log.findLast((event) => event.type === 'run.result'), log, wentOn: !hadEnded };
}

/** What the log on the disk has of runs. */
export async function logOf(at: Place): Promise<Line[]> {
  const store = openForReading(homeAt(at.path('.oxios') as AbsPath), BODIES);
  const events: Line[] = [];
  if (store) for await (const event of store.read({})) if (event.run !== KERNEL_RUN) events.push(event);
  store?.close();
  return events;
}

/** What a run that was killed and went on must have in common with one that was not: verdicts and files. */
export function essence(at: Place, result: Line) {
  return {
    outcome: result?.outcome,
    exit_code: result?.exit_code,
    criteria: result?.criteria.map((one: Line) => [one.id, one.status]),
    files: filesOf(at).filter(([name]) => name !== 'trace.log'),
  };
}

function filesOf(at: Place): [string, string][] {
  const names = readdirSync(at.workspace, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(at.workspace, name)).isFile());
  return names.sort().map((name) => [name, readFileSync(join(at.workspace, name), 'utf8')]);
}

/** What the log of the killed program had said to be durable, and is not there any more as it was. */
const lost = (acknowledged: Ran, log: readonly Line[]): string[] =>
  acknowledged
    .events()
    .filter((event) => 'seq' in event)
    .filter(
      (event) =>
        !isDeepStrictEqual(
          event,
          log.find((one) => one.seq === event.seq && one.run === event.run),
        ),
    )
    .map((event) => `lost ${event.seq} ${event.type}`);

/** Processes that were begun twice, and answers that were asked for again though they were there. */
export function dispatchedAgain(log: readonly Line[]): string[] {
  const twice = (names: readonly string[]): string[] => names.filter((name, at) => names.indexOf(name) < at);
  const forks = log.filter((event) => event.type === 'process.forked').map(({ ppid, name, key, call }) => `forked ${ppid} ${name} ${key ?? ''} ${call ?? ''}`);
  const asked = log.filter((event, at) => {
    const earlier = log.slice(0, at).filter((one) => one.pid === event.pid && one.request === event.request);
    return event.type === 'model.requested' && earlier.some((one) => one.type === 'model.answered');
  });
  return [...twice(forks), ...asked.map((event) => `asked again ${event.pid} ${event.request}`)];
}

/** Calls that were made twice and may not be, and commands that left no trace though nobody said their outcome is unknown. */
export function repeated(at: Place, log: readonly Line[]): string[] {
  const has = (type: string, call: string) => log.some((event) => event.type === type && event.call === call);
  const calls = log.filter((event) => event.type === 'tool.intended' && event.answers !== '');
  const again = calls.filter((event, index) => {
    const earlier = calls.slice(0, index).filter((one) => one.pid === event.pid && one.answers === event.answers);
    return earlier.some((one) => has('tool.finished', one.call) || has('tool.indoubt', one.call) || (one.effect === 'once' && has('tool.started', one.call)));
  });
  const trace = filesOf(at).find(([name]) => name === 'trace.log')?.[1] ?? '';
  const words = ['one', 'two'].filter((word) => calls.some((event) => event.input.command === `echo ${word} >> trace.log`));
  const traces = words.flatMap((word) => {
    const count = trace.split('\n').filter((line) => line === word).length;
    const mine = calls.filter((event) => event.input.command === `echo ${word} >> trace.log`);
    const isUnknown = mine.some((event) => has('tool.indoubt', event.call));
    return count === 1 || (count === 0 && isUnknown) ? [] : [`${count} times ${word}, ${isUnknown ? '' : 'not '}said to be unknown`];
  });
  return [...again.map((event) => `again ${event.call} ${event.action}`), ...traces];
}

/** What is left that should not be: temp files, copies, pipes, the socket, processes. */
async function leftovers(at: Place): Promise<string[]> {
  const home = at.path('.oxios');
  const below = ['scratch', 'work', 'blobs/.parts', 'blobs/.pipes'].flatMap((folder) => namesIn(join(home, folder)).map((name) => `${folder}/${name}`));
  const inHome = namesIn(home).filter((name) => name === 'kernel.sock' || /\.\d+$/u.test(name));
  const temps = namesIn(at.workspace).filter((name) => name.startsWith('.oxios'));
  // A killed process is taken down by the system in its own time.
  for (let looks = 0; looks < 100 && processesIn(at.home).length > 0; looks++) await sleep(20);
  return [...below, ...inHome, ...temps, ...processesIn(at.home)];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Living processes whose command line, folder or program lies below. */
export const processesIn = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => [textOf(`/proc/${pid}/cmdline`), linkOf(`/proc/${pid}/cwd`)].some((text) => text.includes(folder)))
    .map((pid) => `process ${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
