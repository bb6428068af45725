// What judging a command costs over parsing it: `node bench/guard.ts`.
import { parse } from 'unbash';
import type { Capability } from '../src/kernel/capability.ts';
import { judgeCommand } from '../src/kernel/command/judge.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import { absoluteIn } from '../src/kernel/paths.ts';
import { createProtection } from '../src/kernel/protect.ts';
import { type Line, report } from './measure.ts';

const WARM_UP = 500;
const ROUNDS = 5000;
const [cwd, userHome] = ['/w' as AbsPath, '/home/u' as AbsPath];
const place = { cwd, resolve: (path: string) => absoluteIn(path, cwd, userHome) };
const protection = createProtection({ home: '/home/u/.oxios' as AbsPath, userHome, hidden: () => false });
const caps: readonly Capability[] = [
  { on: 'fs', right: 'write', under: cwd },
  { on: 'exec', command: '*', reads: true },
  { on: 'exec', command: 'npm' },
  { on: 'exec', command: 'git' },
];
const authority = { caps, granted: [], denies: [], asks: true, protection };

/** Repeats a command until it is about so long, bytes. */
const upTo = (bytes: number, command: string): string =>
  Array.from({ length: Math.max(1, Math.floor(bytes / (command.length + 4))) }, () => command).join(' && ');

const WORK: Readonly<Record<string, string>> = {
  'one word, ls': 'ls',
  '1 KB of daily commands': `${upTo(900, 'git add -A && git commit -m "a message of some words" && npm run build -- --mode production 2>&1 | tail -40')} && rg -n "a pattern" src`,
  '1 KB in one quoted message': `git commit -m "${'word '.repeat(195)}"`,
  '1 KB of pipes and substitutions': upTo(1024, 'for f in $(rg -l "x" src); do sed -n "1,20p" "$f" | grep -v "^$" | sort -u | head -5; done'),
  '1 KB of nested shells': `bash -c ${JSON.stringify(`bash -c ${JSON.stringify(upTo(700, 'find . -name "*.ts" -exec grep -l foo {} +'))}`).replaceAll('$', '\\$')}`,
};

/** A command that was not judged before; a comment changes nothing. */
const fresh = (command: string, round: number): string => `${command} #${round}`;

function p99(work: (round: number) => unknown): number {
  const taken: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const began = performance.now();
    work(round);
    if (round >= WARM_UP) taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b)[Math.floor(ROUNDS * 0.99)] ?? Number.NaN;
}

const lines: readonly Line[] = Object.entries(WORK).map(([what, command]) => {
  const ms = p99((round) => judgeCommand(fresh(command, round), place, authority));
  return { what: `${what} (${command.length} bytes)`, ms, floor_ms: p99((round) => parse(fresh(command, round))), goal: 'p99 <= 1 ms', holds: ms <= 1 };
});
report(`verdicts on commands, p99 of ${ROUNDS}; the floor is the bare parser`, lines);
