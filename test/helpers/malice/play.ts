import { type Outcome, trial } from '../trial.ts';
import { ARTIFACTS } from './artifacts.ts';
import { CONTRACTS } from './contracts.ts';
import { JUDGES } from './judges.ts';
import { CLAIM, CRITERION, PROJECT } from './project.ts';
import { SURROUNDINGS } from './surroundings.ts';
import { TESTS } from './tests.ts';
import type { Deed, Trick } from './trick.ts';

/** Whatever a worker tries, it is not approved, and what speaks against it is said. */
export const TRICKS: readonly Trick[] = [...CONTRACTS, ...TESTS, ...SURROUNDINGS, ...ARTIFACTS, ...JUDGES];

/** What came of one trick, and what is wrong with that. */
export interface Played {
  readonly trick: Trick;
  readonly status: string;
  readonly evidence: string;
  readonly wrong: readonly string[];
}

/** Plays tricks through the program, so many runs at once. */
export async function playAll(tricks: readonly Trick[], atOnce: number, told: (played: Played) => void): Promise<void> {
  const left = [...Map.groupBy(tricks, (one) => one.pack ?? one.name).values()];
  const next = async (): Promise<void> => {
    for (let pack = left.shift(); pack; pack = left.shift()) for (const played of await play(pack)) told(played);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

const ALLOWED = ['python3', 'setsid', 'nohup', 'mkfifo'].flatMap((program) => ['--allow', `exec:${program}`]);

async function play(pack: readonly Trick[]): Promise<readonly Played[]> {
  const files = Object.assign({}, PROJECT, ...pack.map((one) => one.files ?? {})) as Record<string, string>;
  const id = (at: number): string => `a${at + 1}`;
  const agents = pack.flatMap((trick, at) => [[`worker ${id(at)}`, turnsOf(trick, files)], ...othersOf(trick, id(at))] as const);
  const here = trial({ criteria: pack.map((one, at) => ({ ...CRITERION, ...one.criterion, id: id(at) })), files, agents: Object.fromEntries(agents) });
  const env = Object.assign({}, ...pack.map((one) => one.env ?? {})) as Record<string, string>;
  const ran = await here.run(ALLOWED, { env });
  here.remove();
  return pack.map((trick, at) => ({ trick, ...verdictOf(ran, id(at)) }));
}

const turnsOf = ({ work, claim = CLAIM }: Trick, files: Readonly<Record<string, string>>): readonly object[] => [
  ...work.flatMap((deed) => callsFor(deed, files)).map((call) => ({ calls: [call] })),
  { text: claim },
];

/** Who writes over a file has to have read it. */
function callsFor(deed: Deed, files: Readonly<Record<string, string>>): readonly object[] {
  if (typeof deed === 'string') return [{ name: 'bash', input: { command: deed } }];
  const [path, content] = deed;
  return [...(path in files ? [{ name: 'read', input: { path } }] : []), { name: 'write', input: { path, content } }];
}

const othersOf = ({ agents = {} }: Trick, id: string): readonly (readonly [string, readonly object[]])[] =>
  Object.entries(agents).flatMap(([role, turns]) =>
    role === 'ballot' ? [1, 2, 3].map((nth) => [`ballot ${id} ${nth}`, turns] as const) : [[role.replace(/^(\w+)/u, `$1 ${id}`), turns] as const],
  );

function verdictOf(ran: Outcome, id: string): Omit<Played, 'trick'> {
  const criterion = (ran.result?.criteria ?? []).find((one: { id: string }) => one.id === id);
  if (!criterion) return { status: 'none', evidence: '', wrong: [`no verdict: ${ran.stderr.slice(-300)}`] };
  return { status: criterion.status, evidence: ran.evidence(id), wrong: wrongWith(criterion, ran.code) };
}

interface Criterion {
  readonly status: string;
  readonly evidence: readonly { readonly ok: boolean; readonly text: string }[];
}

/** Approved, or refused without saying why. */
function wrongWith({ status, evidence }: Criterion, code: number | null): readonly string[] {
  if (code === 0 || status === 'PASS') return ['accepted'];
  const against = evidence.filter((one) => !one.ok).map((one) => one.text);
  if (against.length === 0) return [`${status} without a reason`];
  return against.filter((text) => text.trim().split(/\s+/u).length < MIN_WORDS).map((text) => `vague: ${text}`);
}

/** Less than that names nothing. */
const MIN_WORDS = 3;
