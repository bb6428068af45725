// Many agents at once in one kernel, each with three turns and two tool calls, against as many conversations in one bare
// script; and how long Ctrl-C takes while all of them wait for their model: `node bench/agents.ts [agents]`, after `npm run build`.
import { report } from './measure.ts';
import { modelServer, type Turn } from './model-server.ts';
import { FLOOR, middle, OXIOS, ran, rounds, stopped, world } from './shell.ts';

const AGENTS = Number(process.argv[2] ?? 1000);
const ROUNDS = 3;
/** Above the same program with one agent, MB. */
const MOST_MB = 300;
const MOST_STOP_MS = 2000;

const tasks = Array.from({ length: AGENTS }, (_, at) => `task ${at}`);
const reads = (at: number): readonly Turn[] => [at, at + 1].map((one) => ({ calls: [{ name: 'read', input: { path: `f${one % 10}.txt` } }] }));
const forks = (count: number): readonly Turn[] => [
  { calls: tasks.slice(0, count).map((task, at) => ({ name: 'fork', input: { name: `agent ${at}`, task } })) },
];
const numberOf = (asked: string): number | undefined => (asked.startsWith('task ') ? Number(asked.slice(5)) : undefined);

const server = await modelServer();
// As many may run at once as there are, and nobody meets a limit.
const place = world(server.base, { max_running: AGENTS, limits: { turns: 50, tool_calls: 5 * AGENTS } });
const oxios = [...OXIOS, '-p', '--quiet', '--allow', 'proc:fork', 'share the work out'];
const floor = [...FLOOR, ...tasks];

const one = (argv: readonly string[], count: number) => () => {
  server.play((asked) => {
    const at = numberOf(asked);
    return at === undefined ? forks(count) : reads(at);
  });
  return ran(argv, place, server);
};
const all = await rounds(ROUNDS, { floor: one(floor, AGENTS), single: one(oxios, 1), oxios: one(oxios, AGENTS) });

/** Every agent has asked and none is answered. */
const stop = (argv: readonly string[], requests: number) => () => {
  server.play((asked) => (numberOf(asked) === undefined ? forks(AGENTS) : [{ silent: true }]));
  return stopped(argv, place, () => server.served.length === requests);
};
const ends = await rounds(ROUNDS, { floor: stop(floor, AGENTS), oxios: stop(oxios, AGENTS + 1) });

const wall = (name: keyof typeof all) => middle(all[name], (run) => run.wall_ms);
const peak = (name: keyof typeof all) => middle(all[name], (run) => run.peak_mb);
const more = peak('oxios') - peak('single');
const [end, bareEnd] = [middle(ends.oxios, (run) => run.wall_ms), middle(ends.floor, (run) => run.wall_ms)];
const asked = middle(all.oxios, (run) => run.served.length);
if (asked !== 3 * AGENTS + 2) throw new Error(`${asked} requests instead of ${3 * AGENTS + 2}`);
report(`${AGENTS} agents at once, ${asked} requests, medians of ${ROUNDS} rounds`, [
  { what: 'until all are done', ms: wall('oxios'), floor_ms: wall('floor'), goal: '<= 3x', holds: wall('oxios') <= 3 * wall('floor') },
  {
    what: `peak memory over one agent (${peak('single').toFixed(0)} MB)`,
    unit: 'MB',
    ms: more,
    floor_ms: peak('floor'),
    goal: `<= ${MOST_MB} MB`,
    holds: more <= MOST_MB,
  },
  { what: 'Ctrl-C until it has ended', ms: end, floor_ms: bareEnd, goal: `<= ${MOST_STOP_MS} ms`, holds: end <= MOST_STOP_MS },
]);
place.remove();
await server.close();
