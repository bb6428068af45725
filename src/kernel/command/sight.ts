import { descended } from './descent.ts';
import { type Option, type Sorted, sorted } from './options.ts';
import type { Program } from './programs/types.ts';
import { kindOf, programOf } from './programs.ts';
import { exactly, type Hazard, type Seen, type Sight } from './seen.ts';
import type { SimpleCommand } from './simple.ts';
import { SPECIAL } from './special.ts';
import { flowing } from './special-flow.ts';

/** Looks at a call with the table of its program. It is asked for from several sides: to keep it costs more, each time garbage is collected. */
export function sightOf(one: SimpleCommand): Sight {
  if (one.wraps || tellsVersion(one)) return { command: one.program, reads: true, files: [], razes: [], hosts: [], at: one.at };
  const program = programOf(one.program);
  const seen = program ? lookedAt(one, program) : unknown(one);
  SPECIAL[kindOf(one.program)]?.(seen);
  flowing(seen);
  const [hazard] = [...seen.hazards].sort((a, b) => WEIGHT[weightOf(b)] - WEIGHT[weightOf(a)]);
  const command = one.within ?? hazard?.named ?? commandOf(seen.names);
  const { files, razes, hosts, at } = seen;
  return { command, reads: seen.reads && !hazard, files, razes, hosts, at, ...(hazard ? { hazard } : {}) };
}

const WEIGHT = { deny: 2, firm: 1, named: 0 } as const;
const weightOf = (one: Hazard): keyof typeof WEIGHT => (one.to === 'deny' ? 'deny' : one.named === undefined ? 'firm' : 'named');

/** The program and its first subcommand: that is how grants are written. */
const commandOf = (names: readonly string[]): string => names.slice(0, 2).join(':');

/** Known programs that only say which they are. */
const tellsVersion = ({ program, args }: SimpleCommand): boolean =>
  args.length === 1 && !program.includes('/') && programOf(program) !== undefined && (args[0] === '--version' || SAYS_VERSION.has(`${program} ${args[0]}`));

const SAYS_VERSION = new Set([
  'node -v',
  'npm -v',
  'npx -v',
  'pnpm -v',
  'yarn -v',
  'go version',
  'python3 -V',
  'python -V',
  'cargo -V',
  'rustc -V',
  'java -version',
  'docker -v',
  'ruby -v',
  'php -v',
]);

function unknown(one: SimpleCommand): Seen {
  const leaf = sorted({}, one.args);
  return { one, names: [one.program], levels: [leaf], leaf, reads: false, at: one.at, files: [], razes: [], hosts: [], hazards: [] };
}

function lookedAt(one: SimpleCommand, program: Program): Seen {
  const { names, levels, programs, stray } = descended(one, program);
  const leaf = levels.at(-1) as Sorted;
  const last = programs.at(-1) as Program;
  const seen: Seen = { one, names, levels, leaf, reads: last.does === 'reads', at: one.at, files: [], razes: [], hosts: [], hazards: [] };
  if (stray !== undefined)
    seen.hazards.push({ to: 'ask', rule: 'unknown subcommand', reason: `${names.join(' ')} ${stray} is not known: it may run anything` });
  const why = last.why ?? 'it is never run';
  if (last.does === 'never') seen.hazards.push({ to: 'deny', rule: 'never', reason: `${names.join(' ')}: ${why}` });
  if (last.does === 'destroys') seen.hazards.push({ to: 'ask', rule: 'destructive', reason: `${names.join(' ')}: ${why}`, named: names.join(':') });
  for (const [at, level] of levels.entries()) options(seen, level, { program: programs[at] as Program, isLast: at === levels.length - 1 });
  operands(seen, last);
  return seen;
}

function options(seen: Seen, level: Sorted, { program, isLast }: { program: Program; isLast: boolean }): void {
  const [first] = level.unknown;
  if (first !== undefined) seen.hazards.push({ to: 'ask', rule: 'unknown option', reason: `${seen.names.join(' ')} ${first}: the option is not known` });
  for (const used of level.options) {
    if (used.does) does(seen, used.name, used.does);
    fileOf(seen, used);
  }
  if (program.fragile && isLast && isOpenPattern(seen, level))
    seen.hazards.push({ to: 'ask', rule: 'open pattern', reason: 'a file whose name begins with a dash would be an option: put ./ before the pattern' });
  if (level.open && matters(program)) seen.reads = false;
  if (level.loose && /!/u.test(program.options ?? ''))
    seen.hazards.push({ to: 'ask', rule: 'unknown option', reason: `${seen.names.join(' ')}: a word that is known only when it runs may be an option` });
}

function does(seen: Seen, name: string, what: NonNullable<Option['does']>): void {
  const words = `${seen.names.join(' ')} ${name}`;
  seen.reads = false;
  if (what === 'never') seen.hazards.push({ to: 'deny', rule: 'never', reason: `${words} makes it run or trust something else` });
  if (what === 'asks')
    seen.hazards.push({ to: 'ask', rule: 'destructive', reason: `${words} does more than it is granted for`, named: exactly(seen.names, name) });
}

const isOpenPattern = (seen: Seen, level: Sorted): boolean =>
  seen.one.opens === true && level.operands.some((word) => word !== undefined && /^[*?[]/u.test(word)) && !seen.one.args.includes('--');

/** Whether a word that nobody knows yet could make it do more. */
const matters = ({ options: table = '', operands: kind = 'text' }: Program): boolean => kind !== 'text' || /[~^!<>]/u.test(table);

function fileOf(seen: Seen, used: Option & { readonly value?: string | undefined }): void {
  if (!used.file || (used.takes === 'glued' && used.value === undefined)) return;
  if (used.value === undefined) seen.reads = false;
  else if (used.value !== '-' && used.value !== '') seen.files.push({ path: used.value, right: used.file });
}

function operands(seen: Seen, program: Program): void {
  const { operands: kind = 'text', most = Number.POSITIVE_INFINITY } = program;
  if (kind === 'text') return;
  const files = seen.leaf.operands.slice(startsWithExpression(seen, program) ? 1 : 0);
  const right = kind === 'write' || WRITES.has(seen.names[0] ?? '') ? 'write' : 'read';
  if (kind === 'into' || kind === 'move') targets(seen, files, kind);
  else usesAll(seen, files, right);
  seen.reads &&= files.length <= most;
  usesAll(seen, files.slice(most), 'write');
}

function usesAll(seen: Seen, files: readonly (string | undefined)[], right: 'read' | 'write'): void {
  for (const path of files) use(seen, path, right);
}

const startsWithExpression = (seen: Seen, { operands: kind, given = [] }: Program): boolean =>
  kind === 'expression' && !seen.leaf.options.some((one) => given.includes(one.name));

/** Their first operand is a mode or an owner, the others are changed. */
const WRITES = new Set(['chmod', 'chown', 'chgrp']);

/** The last operand is where it goes, unless an option says so. */
function targets(seen: Seen, files: readonly (string | undefined)[], kind: 'into' | 'move'): void {
  const isTold = seen.leaf.options.some((one) => one.name === '-t' || one.name === '--target-directory');
  for (const [at, path] of files.entries()) {
    const isTarget = at === files.length - 1 && !isTold && files.length > 1;
    use(seen, path, kind === 'move' || isTarget ? 'write' : 'read');
  }
}

function use(seen: Seen, path: string | undefined, right: 'read' | 'write'): void {
  if (path !== undefined && path !== '-' && path !== '') seen.files.push({ path, right });
}
