import { type Diagnostic, type DiagnosticCode, severityOf } from './diagnostic.ts';

/** A finding before its place in the text is worked out. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly path?: string;
  /** Offset in the text, UTF-16 units. */
  readonly at: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Report {
  add(finding: Finding): void;
  /** Everything found so far, in the order of the text, errors before warnings on one spot. */
  all(): readonly Diagnostic[];
  /** No more of this kind will be kept. */
  full(code: DiagnosticCode): boolean;
  readonly failed: boolean;
}

/** A person reads no more of one kind, and a hostile file must not fill the memory with complaints. */
const MAX_OF_A_KIND = 100;

/** Collects findings on one text, at offsets that `origin` leads back to it. Collecting never throws and never stops at the first. */
export function createReport(text: string, origin: (at: number) => number = (at) => at): Report {
  const starts = lineStarts(text);
  const found: Diagnostic[] = [];
  const counts = new Map<DiagnosticCode, number>();
  let failed = false;
  return {
    add({ code, path = '', at, message, hint }) {
      const severity = severityOf(code);
      failed ||= severity === 'error';
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      if (count > MAX_OF_A_KIND) return;
      found.push({
        severity,
        code,
        path: cut(path, MAX_PATH),
        ...placeOf(starts, origin(at)),
        message: cut(message, MAX_MESSAGE),
        ...(hint === undefined ? {} : { hint: cut(hint, MAX_MESSAGE) }),
      });
    },
    all: () => unique(found).sort((a, b) => a.line - b.line || a.col - b.col || a.severity.localeCompare(b.severity)),
    full: (code) => (counts.get(code) ?? 0) >= MAX_OF_A_KIND,
    get failed() {
      return failed;
    },
  };
}

/** A finding is one line; keys and values of a hostile file may be a megabyte. Characters. */
const MAX_MESSAGE = 300;
const MAX_PATH = 500;
const cut = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}\u2026`);

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LF || (unit === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1);
  }
  return starts;
}

const LF = 10;
const CR = 13;

function placeOf(starts: readonly number[], at: number): { line: number; col: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, col: Math.max(0, at - (starts[low] ?? 0)) + 1 };
}

function unique(found: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = `${one.line}:${one.col}:${one.code}:${one.path}:${one.message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
