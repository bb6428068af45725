/** A word with its quotes removed. */
export interface Word {
  readonly is: 'word';
  readonly text: string;
  /** Nothing in it is expanded by the shell: the text is what the program gets. */
  readonly literal: boolean;
  /** No quote or backslash in it: only such a word can be a keyword. */
  readonly bare: boolean;
}
export interface Operator {
  readonly is: 'op';
  readonly text: '&&' | '||' | '|' | ';' | '&' | '(' | ')';
}
export type ShellToken = Word | Operator;

/** Splits a shell script into words and operators. Redirections, comments and here-documents are left out: they do not decide the exit code. */
export function lexShell(script: string): readonly ShellToken[] {
  const out: ShellToken[] = [];
  const scan: Scan = { script, at: 0, heredocs: [] };
  while (scan.at < script.length) {
    const token = skipBlank(scan) || skipRedirect(scan) ? undefined : (readOperator(scan) ?? readWord(scan));
    if (token) out.push(token);
  }
  return out;
}

interface Scan {
  readonly script: string;
  at: number;
  /** Ends of here-documents whose text begins on the next line. */
  readonly heredocs: string[];
}

/** A long run is skipped in pieces of this many characters. */
const BLANK = /^(?:[ \t\r]|\\\n)+/u;
const MAX_SKIP = 200;

const OPERATORS = ['&&', '||', ';;', '|&', '|', ';', '&', '(', ')', '\n'] as const;
const MEANING: Readonly<Record<string, Operator['text']>> = { '&&': '&&', '||': '||', '|&': '|', '|': '|', '&': '&', '(': '(', ')': ')' };

/** White space, joined lines and comments. */
function skipBlank(scan: Scan): boolean {
  const blank = scan.script[scan.at] === '#' ? undefined : BLANK.exec(scan.script.slice(scan.at, scan.at + MAX_SKIP));
  if (blank) scan.at += blank[0].length;
  else if (scan.script[scan.at] === '#') scan.at = endOfLine(scan);
  else return false;
  return true;
}

function readOperator(scan: Scan): Operator | undefined {
  const rest = scan.script.slice(scan.at, scan.at + 2);
  const sign = OPERATORS.find((one) => rest.startsWith(one));
  if (sign === undefined) return undefined;
  scan.at += sign.length;
  if (sign === '\n') skipHeredocs(scan);
  return { is: 'op', text: MEANING[sign] ?? ';' };
}

function endOfLine({ script, at }: Scan): number {
  const end = script.indexOf('\n', at);
  return end < 0 ? script.length : end;
}

/** `2>&1`, `> file`, `<<EOF`, `<<< word`: with the word that follows. */
function skipRedirect(scan: Scan): boolean {
  const match = /^(?:[0-9]*|&)(<<<|<<-?|<>|>>|>\||[<>]&?)[ \t]*/u.exec(scan.script.slice(scan.at, scan.at + MAX_SKIP));
  if (!match || opensPipe(scan)) return false;
  scan.at += match[0].length;
  const target = readWord(scan);
  if (match[1]?.startsWith('<<') && match[1] !== '<<<') scan.heredocs.push(target.text);
  return true;
}

function skipHeredocs(scan: Scan): void {
  for (const end of scan.heredocs.splice(0)) {
    while (scan.at < scan.script.length) {
      const to = endOfLine(scan);
      const line = scan.script.slice(scan.at, to);
      scan.at = Math.min(to + 1, scan.script.length);
      if (line.replace(/^\t+/u, '') === end) break;
    }
  }
}

/** `<(command)` and `>(command)` are words: the name of a pipe. */
const opensPipe = ({ script, at }: Scan): boolean => /^[<>]\($/u.test(script.slice(at, at + 2));

const ENDS_WORD = new Set([' ', '\t', '\r', '\n', ';', '&', '|', '(', ')', '<', '>']);

function readWord(scan: Scan): Word {
  const { script } = scan;
  let text = '';
  let literal = true;
  let bare = true;
  const start = scan.at;
  while (scan.at < script.length) {
    const char = script[scan.at] ?? '';
    if (ENDS_WORD.has(char) && !opensPipe(scan)) break;
    const part = readPart(scan, char);
    text += part.text;
    literal &&= part.literal;
    bare &&= part.bare;
  }
  if (scan.at === start) scan.at += 1;
  return { is: 'word', text, literal, bare };
}

type Part = Omit<Word, 'is'>;

function readPart(scan: Scan, char: string): Part {
  if (char === "'") return { text: quoted(scan, "'"), literal: true, bare: false };
  if (char === '"') {
    const text = quoted(scan, '"');
    return { text: text.replace(/\\(["\\$`\n])/gu, '$1'), literal: !/[$`]/u.test(text.replace(/\\[\s\S]/gu, '')), bare: false };
  }
  if (char === '\\') {
    scan.at += 2;
    return { text: scan.script[scan.at - 1] ?? '', literal: true, bare: false };
  }
  if (char === '$' || char === '`' || opensPipe(scan)) return { text: expansion(scan, char), literal: false, bare: true };
  scan.at += 1;
  return { text: char, literal: !/[*?[~]/u.test(char), bare: true };
}

/** Text between quotes; an unclosed quote runs to the end. */
function quoted(scan: Scan, quote: string): string {
  const { script } = scan;
  let end = scan.at + 1;
  while (end < script.length && script[end] !== quote) end += quote === '"' && script[end] === '\\' ? 2 : 1;
  const text = script.slice(scan.at + 1, end);
  scan.at = Math.min(end + 1, script.length);
  return text;
}

/** `$name`, `${...}`, `$(...)` with nesting, `` `...` ``. */
function expansion(scan: Scan, char: string): string {
  const { script, at } = scan;
  if (char === '`') {
    quoted(scan, '`');
    return script.slice(at, scan.at);
  }
  const open = script[at + 1];
  const close = open === '(' ? ')' : open === '{' ? '}' : undefined;
  if (close === undefined || open === undefined) scan.at += 1;
  else scan.at = closing(script, at + 1, [open, close]);
  return script.slice(at, scan.at);
}

function closing(script: string, from: number, [open, close]: readonly [string, string]): number {
  let depth = 0;
  for (let at = from; at < script.length; at += 1) {
    if (script[at] === open) depth += 1;
    if (script[at] === close) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return script.length;
}
