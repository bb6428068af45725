import type { z } from 'zod';
import { DIAGNOSTICS, type DiagnosticCode } from './diagnostic.ts';
import { hintFor } from './hints.ts';
import type { Report } from './report.ts';
import { type Path, spotAt } from './spot.ts';
import type { Tree } from './yaml/tree.ts';

/** Reports what the schema found, each at its place in the text. */
export function reportIssues(issues: readonly z.core.$ZodIssue[], tree: Tree, report: Report): void {
  for (const issue of issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const params = issue.code === 'custom' ? issue.params : undefined;
    const spot = spotAt(tree, path);
    const code = codeOf(params?.code) ?? (spot.value === undefined ? 'seed.required' : issue.code === 'invalid_type' ? 'seed.type' : 'seed.value');
    const { at } = spotAt(tree, [...path, ...stepsOf(params?.at)]);
    report.add({ code, path: spot.path.join('.'), at, message: issue.message, hint: hintFor({ code, message: issue.message, spot }) });
  }
}

const codeOf = (code: unknown): DiagnosticCode | undefined => (typeof code === 'string' && code in DIAGNOSTICS ? (code as DiagnosticCode) : undefined);

const stepsOf = (at: unknown): Path => (Array.isArray(at) ? at : []);
