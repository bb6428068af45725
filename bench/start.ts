// What starting costs: `node bench/start.ts`, after `npm run build`.
import { type Line, report } from './measure.ts';
import { middle, OXIOS, ran, rounds, world } from './shell.ts';

const ROUNDS = 21;
const place = world('');
const { floor, version, help } = await rounds(ROUNDS, {
  floor: () => ran([process.execPath, '-e', '0'], place),
  version: () => ran([...OXIOS, '--version'], place),
  help: () => ran([...OXIOS, '--help'], place),
});
const floor_ms = middle(floor, (one) => one.wall_ms);
const line = (what: string, ms: number, most: number): Line => ({ what, ms, floor_ms, goal: `<= ${most}x node -e 0`, holds: ms <= most * floor_ms });
report(`start, medians of ${ROUNDS} rounds`, [
  line(
    'oxios --version',
    middle(version, (one) => one.wall_ms),
    1.5,
  ),
  line(
    'oxios --help',
    middle(help, (one) => one.wall_ms),
    2,
  ),
]);
place.remove();
