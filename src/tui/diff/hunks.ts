/** A line of a hunk. `ends`: with a newline, which only the last line of a file may lack. */
export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  readonly ends: boolean;
}

/** Lines that changed together, with some around them. Numbers count from 1; they are 0 where a text has no line. */
export interface Hunk {
  readonly path: string;
  readonly before: number;
  readonly after: number;
  /** What the lines stand in, as some tools say: a function's head. */
  readonly section: string;
  readonly lines: readonly DiffLine[];
  /** Made of bare `+` and `-` lines: where in the file they stand is not known. */
  readonly isLoose: boolean;
}

export interface Stat {
  readonly added: number;
  readonly removed: number;
}

/**
 * The hunks of a unified diff, of one file or of several. Lines before the first hunk and between files name paths, or
 * are left out; a text without any hunk is one of bare lines. Nothing throws: a diff that was cut ends earlier.
 */
export function hunksOf(diff: string): readonly Hunk[] {
  const lines = diff.replace(/\n$/u, '').split('\n');
  const hunks: Hunk[] = [];
  let path = '';
  for (let at = 0; at < lines.length; ) {
    const text = lines[at] ?? '';
    const head = HEAD.exec(text);
    at++;
    if (head) {
      const [, before, beforeCount = '1', after, afterCount = '1', section = ''] = head;
      const body = bodyOf(lines, at, Number(beforeCount), Number(afterCount));
      hunks.push({ path, before: Number(before), after: Number(after), section: section.trim(), lines: body.lines, isLoose: false });
      at = body.end;
    } else path = pathOf(text, path);
  }
  return hunks.length > 0 || diff === '' ? hunks : [loose(lines)];
}

export function statOf(hunks: readonly Hunk[]): Stat {
  const count = (sign: '+' | '-'): number => hunks.reduce((sum, hunk) => sum + hunk.lines.filter((one) => one.sign === sign).length, 0);
  return { added: count('+'), removed: count('-') };
}

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$/u;

/** The new name counts, but where a file goes. */
function pathOf(text: string, before: string): string {
  const named = /^(?:---|\+\+\+) ([^\t]+)/u.exec(text)?.[1];
  return named === undefined || named === '/dev/null' ? before : named;
}

/** Its counts say where it ends: a removed line may look like the head of a file. */
function bodyOf(lines: readonly string[], from: number, before: number, after: number): { readonly lines: readonly DiffLine[]; readonly end: number } {
  const body: DiffLine[] = [];
  let [old, now, at] = [before, after, from];
  for (; at < lines.length && (old > 0 || now > 0 || lines[at]?.startsWith('\\')); at++) {
    const text = lines[at] ?? '';
    const sign = signOf(text);
    if (sign) {
      body.push({ sign, text: text.slice(1), ends: true });
      old -= Number(sign !== '+');
      now -= Number(sign !== '-');
    } else if (!endless(body, text)) break;
  }
  return { lines: body, end: at };
}

/** `\ No newline at end of file` speaks of the line before. */
function endless(body: DiffLine[], text: string): boolean {
  const last = body.at(-1);
  if (!last || !text.startsWith('\\')) return false;
  body[body.length - 1] = { ...last, ends: false };
  return true;
}

/** Some tools write an empty line for one that is unchanged and empty. */
function signOf(text: string): DiffLine['sign'] | undefined {
  const sign = text === '' ? ' ' : text[0];
  return sign === ' ' || sign === '+' || sign === '-' ? sign : undefined;
}

const loose = (lines: readonly string[]): Hunk => ({
  path: '',
  before: 0,
  after: 0,
  section: '',
  isLoose: true,
  lines: lines.map((text) => {
    const sign = signOf(text);
    return sign === undefined ? { sign: ' ', text, ends: true } : { sign, text: text.slice(1), ends: true };
  }),
});
