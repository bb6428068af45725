import { ask, deny, has, type Seen, valuesOf } from './seen.ts';

/** `p`, `d`, `q`, `=` and `s` on lines named by number or plain pattern; `w`, `e`, `r` and files of commands are not among them. */
const SED_ADDRESS = String.raw`(?:(?:\d+|\$|/[^/\\;\n]*/)(?:,(?:\+?\d+|\$|/[^/\\;\n]*/))?!?)?`;
const SED_ACTION = String.raw`(?:[pdqnNPDhHgGx=]|s/(?:[^/\\\n]|\\.)*/(?:[^/\\\n]|\\.)*/[gpiI0-9]*|s\|(?:[^|\\\n]|\\.)*\|(?:[^|\\\n]|\\.)*\|[gpiI0-9]*|s#(?:[^#\\\n]|\\.)*#(?:[^#\\\n]|\\.)*#[gpiI0-9]*|s,(?:[^,\\\n]|\\.)*,(?:[^,\\\n]|\\.)*,[gpiI0-9]*)`;
const SED_ONE = String.raw`${SED_ADDRESS}\s*(?:${SED_ACTION}|\{\s*${SED_ACTION}(?:\s*;\s*${SED_ACTION})*\s*;?\s*\})`;
const SED = new RegExp(`^\\s*${SED_ONE}\\s*(?:[;\\n]\\s*${SED_ONE}\\s*)*;?$`, 'u');
/** The file behind `w` or `r`, as a command or as a flag of `s`; `W` and `R` are lines of it. */
const SED_FILES = /(?:^|[;{}\s/|#,\d$!gpI])([wWrR])\s+([^\n;}]+)/gu;
const SED_RUNS = /(?:^|[;{}\n]\s*)\s*(?:\d+|\$|\/[^/]*\/)?(?:,(?:\d+|\$|\/[^/]*\/))?\s*!?e(?:\s|$)|s([/|#,])(?:(?!\1).)*\1(?:(?!\1).)*\1[gpiIm0-9]*e/u;

/** Programs whose first word is a small program itself. */
export const TEXT_PROGRAMS: Readonly<Record<string, (seen: Seen) => void>> = {
  sed,
  awk,
  jq(seen) {
    if (has(seen, '--rawfile', '--slurpfile')) for (const path of seen.leaf.operands) if (path !== undefined) seen.files.push({ path, right: 'read' });
    // `--arg` takes two words, so that the expression may be any of them.
    if (seen.leaf.operands.some((text) => text === undefined || /\benv\b|\$ENV|\binput_filename\b|\bimport\b|\binclude\b|\bget_search_list\b/u.test(text)))
      seen.reads = false;
  },
  yq(seen) {
    if (expressions(seen).some((text) => text === undefined || /\b(?:env|strenv|load\w*|envsubst)\b|\$ENV/u.test(text))) seen.reads = false;
    if (has(seen, '-i', '--inplace', '--in-place')) inPlace(seen);
  },
  date(seen) {
    if (seen.leaf.operands.some((word) => word === undefined || !word.startsWith('+'))) ask(seen, 'sets the clock', 'date:set');
  },
  hostname(seen) {
    if (seen.leaf.operands.length > 0) ask(seen, 'names the machine', 'hostname:set');
  },
  // Words without a dash and with an `e` show the environment of other programs.
  ps(seen) {
    if (seen.leaf.operands.some((word) => word === undefined || /^[a-zA-Z]*e/u.test(word))) seen.reads = false;
  },
  set(seen) {
    if (seen.one.args.length === 0) seen.reads = false;
  },
  export(seen) {
    if (seen.one.args.length === 0 || seen.one.args.includes('-p')) seen.reads = false;
  },
  less: opened,
  more: opened,
  grep: included,
  rg: included,
  cd(seen) {
    if (seen.leaf.operands.length === 0) seen.files.push({ path: '~', right: 'read' });
    if (seen.leaf.operands.includes('-')) seen.reads = false;
  },
};

/** `+!id` is a command for when it has begun. */
function opened(seen: Seen): void {
  if (seen.leaf.operands.some((word) => word?.startsWith('+'))) ask(seen, 'is given a command');
}

/** What a search is narrowed to it reads. */
function included(seen: Seen): void {
  for (const glob of valuesOf(seen, '-g', '--glob', '--iglob', '--include'))
    if (glob !== undefined && !glob.startsWith('!')) seen.files.push({ path: glob.replace(/^\/+/u, ''), right: 'read' });
}

function expressions(seen: Seen): readonly (string | undefined)[] {
  const given = valuesOf(seen, '-e', '--expression', '--source');
  const isGiven = given.length > 0 || has(seen, '-f', '--file', '--from-file', '-E');
  return isGiven ? given : seen.leaf.operands.slice(0, 1);
}

function sed(seen: Seen): void {
  const all = expressions(seen);
  if (all.length === 0 || !all.every((text) => text !== undefined && SED.test(text))) seen.reads = false;
  for (const text of all) if (text !== undefined && !SED.test(text)) more(seen, text);
  if (has(seen, '-i', '-I', '--in-place')) inPlace(seen);
}

/** Files that its script names, and commands it runs. */
function more(seen: Seen, text: string): void {
  for (const [, command = '', path] of text.matchAll(SED_FILES))
    if (path !== undefined) seen.files.push({ path: path.trim(), right: /w/iu.test(command) ? 'write' : 'read' });
  if (SED_RUNS.test(text)) ask(seen, 'runs commands from its script');
}

/** What it reads it writes back. */
function inPlace(seen: Seen): void {
  seen.reads = false;
  for (const file of [...seen.files]) if (file.right === 'read') seen.files.push({ ...file, right: 'write' });
}

function awk(seen: Seen): void {
  const all = expressions(seen);
  const text = all.map((one) => one ?? 'system(').join('\n');
  const code = codeOf(text);
  if (/\/inet[46]?\//u.test(text)) deny(seen, 'speaks to the network');
  const runs = /\bsystem\s*\(|\||@(?:load|include|namespace)|\bgetline\b/u.test(code);
  const writes = /\bprintf?\b[^;}\n]*>/u.test(code);
  if (all.some((one) => one !== undefined) && runs) ask(seen, 'runs commands or opens files from its program');
  if (all.length === 0 || runs || writes || /\bENVIRON\b|\bPROCINFO\b/u.test(text)) seen.reads = false;
  for (const [, path] of text.matchAll(/>>?\s*"([^"]+)"/gu)) if (path !== undefined) seen.files.push({ path, right: 'write' });
  for (const [, path] of text.matchAll(/getline[^<;}]*<\s*"([^"]+)"/gu)) if (path !== undefined) seen.files.push({ path, right: 'read' });
}

/** Without what stands in strings and, where one can begin, in patterns; `||` is no pipe. */
const codeOf = (text: string): string =>
  text
    .replace(/"(?:[^"\\\n]|\\.)*"/gu, 'S')
    .replace(/(^|[~(,{;!&|}\n])(\s*)\/(?:[^/\\\n]|\\.)*\//gu, '$1$2R')
    .replaceAll('||', '');
