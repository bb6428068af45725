/** What a robots.txt says to one crawler (RFC 9309). */
export interface Robots {
  /** The line that forbids a path (with its query); undefined when it may be asked for. */
  forbids(path: string): string | undefined;
}

/** Longer files are read so far, bytes (RFC 9309, 2.5). */
export const MAX_ROBOTS_BYTES = 500 * 1024;

/** Reads the groups of `token`, or those of everybody when there is none of it. What cannot be read says nothing. */
export function parseRobots(text: string, token: string): Robots {
  const rules = rulesFor(linesOf(text), token.toLowerCase());
  return {
    forbids(path) {
      const asked = octets(path);
      if (asked === '/robots.txt') return undefined;
      const [best] = rules.filter((rule) => matches(rule.pattern, asked)).sort(byWeight);
      return best && !best.allow ? best.line : undefined;
    },
  };
}

interface Rule {
  readonly allow: boolean;
  readonly pattern: string;
  readonly line: string;
}

interface Line {
  readonly key: string;
  readonly value: string;
}

/** The longest pattern decides, and where two are as long, the one that allows. */
const byWeight = (a: Rule, b: Rule): number => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow);

function linesOf(text: string): readonly Line[] {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r\n|\r|\n/u);
  return lines.flatMap((line) => {
    const [, key, value] = /^([^:#]+):([^#]*)/u.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key: key.trim().toLowerCase(), value: value.trim() }];
  });
}

/** All groups of one crawler count as one, wherever they stand. */
function rulesFor(lines: readonly Line[], token: string): readonly Rule[] {
  const groups = groupsOf(lines);
  const own = groups.filter((group) => group.names.includes(token));
  const ours = own.length > 0 ? own : groups.filter((group) => group.names.includes('*'));
  return ours.flatMap((group) => group.rules).filter((rule) => rule.pattern !== '');
}

interface Group {
  readonly names: string[];
  readonly rules: Rule[];
}

/** Names in a row share the rules behind them; lines of other kinds are as if they were not there. */
function groupsOf(lines: readonly Line[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { key, value } of lines) {
    const last = groups.at(-1);
    if (key === 'user-agent') {
      const name = /^(?:\*(?=\s|$)|[a-z_-]*)/u.exec(value.toLowerCase())?.[0] ?? '';
      if (last && last.rules.length === 0) last.names.push(name);
      else groups.push({ names: [name], rules: [] });
    } else if (key === 'allow' || key === 'disallow') last?.rules.push(ruleOf(key === 'allow', value));
  }
  return groups;
}

/** It is shown encoded, and not at any length: it holds the words of a stranger. */
function ruleOf(allow: boolean, value: string): Rule {
  const pattern = octets(value);
  return { allow, pattern, line: `${allow ? 'Allow' : 'Disallow'}: ${pattern.slice(0, MAX_SHOWN)}` };
}

/** Characters. */
const MAX_SHOWN = 200;

/** Both sides in one form: what needs no escape has none, what needs one has it in capitals (RFC 3986, 6.2.2). */
const octets = (text: string): string =>
  text
    .replace(/[^\x21-\x7e]+/gu, (run) => encodeURIComponent(run.toWellFormed()))
    .replace(/%[\da-f]{2}/giu, (code) => {
      const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/u.test(char) ? char : code.toUpperCase();
    });

/** `*` is any run of characters, `$` at the end is the end. The time taken grows with the lengths alone: no pattern is hostile. */
function matches(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$');
  const [first = '', ...rest] = (isAnchored ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(first)) return false;
  const last = isAnchored ? rest.pop() : undefined;
  let at = first.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  if (!isAnchored) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}
