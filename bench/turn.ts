// One request without tools, and a long answer: `node bench/turn.ts`, after `npm run build`.
import { report } from './measure.ts';
import { DONE, modelServer, type Turn } from './model-server.ts';
import { FLOOR, middle, OXIOS, ran, rounds, world } from './shell.ts';

const ROUNDS = 11;
const TOKENS = 20_000;
/** Peak memory of one turn, MB. */
const MOST_MB = 110;

const server = await modelServer();
const place = world(server.base);
const one = (argv: readonly string[], turns: readonly Turn[]) => () => {
  server.play(() => turns);
  return ran(argv, place, server);
};
const long = [{ tokens: TOKENS }];
const short = [{ text: DONE }];
const all = await rounds(ROUNDS, {
  floor: one([...FLOOR, 'say hi'], short),
  oxios: one([...OXIOS, '-p', 'say hi'], short),
  floorLong: one([...FLOOR, 'an essay'], long),
  oxiosLong: one([...OXIOS, '-p', 'an essay'], long),
});
const wall = (name: keyof typeof all) => middle(all[name], (run) => run.wall_ms);
const peak = (name: keyof typeof all) => middle(all[name], (run) => run.peak_mb);
report(`one turn, medians of ${ROUNDS} rounds`, [
  { what: 'a short answer', ms: wall('oxios'), floor_ms: wall('floor'), goal: '<= 3x', holds: wall('oxios') <= 3 * wall('floor') },
  { what: 'a short answer, peak memory', unit: 'MB', ms: peak('oxios'), floor_ms: peak('floor'), goal: `<= ${MOST_MB} MB`, holds: peak('oxios') <= MOST_MB },
  { what: `${TOKENS} tokens`, ms: wall('oxiosLong'), floor_ms: wall('floorLong'), goal: '<= 2.5x', holds: wall('oxiosLong') <= 2.5 * wall('floorLong') },
]);
place.remove();
await server.close();
