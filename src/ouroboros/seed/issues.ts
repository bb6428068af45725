import type { z } from 'zod';
import { DIAGNOSTICS, type DiagnosticCode } from './diagnostic.ts';
import { hintFor } from './hints.ts';
import type { Report } from './report.ts';
import { type Path, type Spot, spotAt } from './spot.ts';
import type { Tree } from './yaml/tree.ts';

/** Reports what the schema found, each at its place in the text. */
export function reportIssues(issues: readonly z.core.$ZodIssue[], tree: Tree, report: Report): void {
  for (const issue of issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const params = issue.code === 'custom' ? issue.params : undefined;
    const spot = spotAt(tree, path);
    const code = codeOf(params?.code) ?? (spot.value === undefined ? 'seed.required' : issue.code === 'invalid_type' ? 'seed.type' : 'seed.value');
    const message = asWritten(issue.message, spot);
    const { at } = spotAt(tree, [...path, ...stepsOf(params?.at)]);
    report.add({ code, path: spot.path.join('.'), at, message, hint: typeof params?.hint === 'string' ? params.hint : hintFor({ code, message, spot }) });
  }
}

/** `1.0` is the number 1 to YAML, and the person who wrote it looks for `1.0`. */
const asWritten = (message: string, { value, source }: Spot): string =>
  typeof value === 'number' && source !== undefined ? message.replace(/ is the number \S+$/u, () => ` is the number ${source}`) : message;

const codeOf = (code: unknown): DiagnosticCode | undefined => (typeof code === 'string' && code in DIAGNOSTICS ? (code as DiagnosticCode) : undefined);

const stepsOf = (at: unknown): Path => (Array.isArray(at) ? at : []);
