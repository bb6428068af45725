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
  readonly failed: boolean;
}

/** Collects findings on one text. Collecting never throws and never stops at the first. */
export function createReport(text: string): Report {
  const starts = lineStarts(text);
  const found: Diagnostic[] = [];
  return {
    add({ code, path = '', at, message, hint }) {
      const { line, col } = placeOf(starts, at);
      found.push({ severity: severityOf(code), code, path, line, col, message, ...(hint === undefined ? {} : { hint }) });
    },
    all: () => unique(found).sort((a, b) => a.line - b.line || a.col - b.col || a.severity.localeCompare(b.severity)),
    get failed() {
      return found.some((one) => one.severity === 'error');
    },
  };
}

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
