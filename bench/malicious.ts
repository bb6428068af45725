import { cpus } from 'node:os';
import { type Played, playAll, TRICKS } from '../test/helpers/malice/play.ts';

/** Plays every trick there is: `node bench/malicious.ts [PART OF A NAME]`. False accepts and refusals without a reason must be 0. */
const wanted = process.argv[2] ?? '';
const played: Played[] = [];
const began = performance.now();

await playAll(
  TRICKS.filter((one) => `${one.rule} ${one.name}`.includes(wanted)),
  cpus().length,
  (one) => {
    played.push(one);
    console.log(`${one.wrong.length === 0 ? 'ok   ' : 'WRONG'} ${one.trick.rule.padEnd(5)} ${one.status.padEnd(11)} ${one.trick.name}`);
    if (wanted !== '' || one.wrong.length > 0) console.log(`${one.evidence}\n${one.wrong.join('\n')}`);
  },
);
const wrong = played.filter((one) => one.wrong.length > 0);
const accepted = wrong.filter((one) => one.wrong.includes('accepted')).length;
const seconds = Math.round((performance.now() - began) / 1000);
console.log(`\n${played.length} tricks, ${accepted} accepted, ${wrong.length - accepted} refused without a reason, ${seconds} s`);
process.exitCode = wrong.length === 0 ? 0 : 1;
