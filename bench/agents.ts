// Many agents at once in one kernel, each with three turns and two tool calls, against as many conversations in one bare
// script: `node bench/agents.ts [agents]`, after `npm run build`.
import { report } from './measure.ts';
import { DONE, modelServer, type Turn } from './model-server.ts';
import { FLOOR, middle, OXIOS, ran, rounds, world } from './shell.ts';

const AGENTS = Number(process.argv[2] ?? 1000);
const ROUNDS = 3;
/** Above the same program with one agent, MB. */
const MOST_MB = 300;

const task = (at: number): string => `task ${at}`;
const tasks = Array.from({ length: AGENTS }, (_, at) => task(at));
const reads = (at: number): readonly Turn[] => [at, at + 1].map((one) => ({ calls: [{ name: 'read', input: { path: `f${one % 10}.txt` } }] }));
const forks = (count: number): readonly Turn[] => [
  { calls: tasks.slice(0, count).map((one, at) => ({ name: 'fork', input: { name: `agent ${at}`, task: one } })) },
];

const server = await modelServer();
// As many may run at once as there are, and nobody meets a limit.
const place = world(server.base, { max_running: AGENTS, limits: { turns: 50, tool_calls: 5 * AGENTS } });
const one = (argv: readonly string[], count: number) => () => {
  server.play((asked) => (asked.startsWith('task ') ? reads(Number(asked.slice(5))) : forks(count)));
  return ran(argv, place, server);
};
const oxios = [...OXIOS, '-p', '--quiet', '--allow', 'proc:fork', 'share the work out'];
const all = await rounds(ROUNDS, {
  floor: async () => {
    const done = await one([...FLOOR, ...tasks], AGENTS)();
    return done;
  },
  single: one(oxios, 1),
  oxios: one(oxios, AGENTS),
});
const wall = (name: keyof typeof all) => middle(all[name], (run) => run.wall_ms);
const peak = (name: keyof typeof all) => middle(all[name], (run) => run.peak_mb);
const more = peak('oxios') - peak('single');
const asked = middle(all.oxios, (run) => run.served.length);
report(`${AGENTS} agents at once (${asked} requests; floor: a bare script; memory over one agent), medians of ${ROUNDS} rounds`, [
  { what: 'all done', ms: wall('oxios'), floor_ms: wall('floor'), goal: '<= 3x', holds: wall('oxios') <= 3 * wall('floor') },
  { what: 'memory over one agent', unit: 'MB', ms: more, floor_ms: peak('floor'), goal: `<= ${MOST_MB} MB`, holds: more <= MOST_MB },
]);
if (asked !== 3 * AGENTS + 2) throw new Error(`${asked} requests instead of ${3 * AGENTS + 2}: ${DONE} came too early`);
place.remove();
await server.close();
