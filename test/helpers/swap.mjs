// Exchanges names for one another until its input ends: `node swap.mjs MAX A B [A B ...]`. Prints how often, every thousand times and at the end.
import { renameSync, rmSync } from 'node:fs';

const [max, ...names] = process.argv.slice(2);
const pairs = names.flatMap((name, at) => (at % 2 === 0 ? [[name, names[at + 1]]] : []));
let swaps = 0;

function swap([a, b]) {
  renameSync(a, `${a}.held`);
  take(b, a);
  take(`${a}.held`, b);
}

const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EISDIR', 'ENOTDIR'];

/** Somebody may have made something of that name in the meantime, and may put something into it while it is removed. */
function take(from, to) {
  for (;;) {
    if (succeeds(() => renameSync(from, to))) return;
    succeeds(() => rmSync(to, { recursive: true, force: true }));
  }
}

function succeeds(work) {
  try {
    work();
    return true;
  } catch (error) {
    if (!TAKEN.includes(error.code)) throw error;
    return false;
  }
}

function burst() {
  for (let n = 0; n < 1000 && swaps < Number(max); n++, swaps++) for (const pair of pairs) swap(pair);
  process.stdout.write(`${swaps}\n`);
  if (swaps < Number(max)) setImmediate(burst);
  else process.stdin.destroy();
}

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
burst();
