// Many tool calls, one a turn, everything logged durably and commands in the sandbox: `node bench/calls.ts`, after `npm run build`.
import { type Line, median, report } from './measure.ts';
import { modelServer } from './model-server.ts';
import { FLOOR, gapsOf, middle, mixedCalls, OXIOS, type Ran, ran, rounds, world } from './shell.ts';

const ROUNDS = 7;
/** The gap at the end over the gap at the beginning is taken from this many turns. */
const EDGE = 20;
/** What each tool may add to a turn, milliseconds; peak memory, MB. */
const MOST_MS = { read: 5, write: 5, bash: 16 } as const;
const MOST_MB = 180;

const server = await modelServer();
const place = world(server.base);
const one = (argv: readonly string[], calls: number) => () => {
  server.play(() => mixedCalls(calls));
  return ran(argv, place, server);
};
const oxios = [...OXIOS, '-p', '--allow', 'exec:true', 'go through the steps'];
const floor = [...FLOOR, 'go through the steps'];
const few = await rounds(ROUNDS, { floor: one(floor, 20), oxios: one(oxios, 20) });
const many = await rounds(ROUNDS, { floor: one(floor, 200), oxios: one(oxios, 200) });

const gap = (runs: readonly Ran[], tool: string) => middle(runs, (run) => median(gapsOf(run.served, tool)));
const gaps = Object.entries(MOST_MS).map(([tool, most]): Line => {
  const ms = gap(few.oxios, tool);
  return { what: `20 calls, between two turns: ${tool}`, ms, floor_ms: gap(few.floor, tool), goal: `<= ${most} ms`, holds: ms <= most };
});
const growth = (runs: readonly Ran[]) => middle(runs, ({ served }) => median(gapsOf(served).slice(-EDGE)) / median(gapsOf(served).slice(0, EDGE)));
const wall = (runs: readonly Ran[]) => middle(runs, (run) => run.wall_ms);
const peak = (runs: readonly Ran[]) => middle(runs, (run) => run.peak_mb);
report(`tool calls, medians of ${ROUNDS} rounds`, [
  ...gaps,
  { what: '200 calls', ms: wall(many.oxios), floor_ms: wall(many.floor), goal: '<= 2.5x', holds: wall(many.oxios) <= 2.5 * wall(many.floor) },
  {
    what: `200 calls, last ${EDGE} gaps over first`,
    unit: 'x',
    ms: growth(many.oxios),
    floor_ms: growth(many.floor),
    goal: '<= 1.05',
    holds: growth(many.oxios) <= 1.05,
  },
  {
    what: '200 calls, peak memory',
    unit: 'MB',
    ms: peak(many.oxios),
    floor_ms: peak(many.floor),
    goal: `<= ${MOST_MB} MB`,
    holds: peak(many.oxios) <= MOST_MB,
  },
]);
place.remove();
await server.close();
