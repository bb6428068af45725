import { z } from 'zod';
import { parseRule } from '../../kernel/capability.ts';
import type { Authority } from '../../kernel/decide.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Decision } from '../../kernel/events.ts';
import { issuesOf } from '../../kernel/issues.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { sourceOf } from './source.ts';
import { type Deed, deedText, type Place, verdictOn } from './verdict.ts';

/** A row of a table: something an agent could do, and what the gate has to answer. */
interface Case {
  /** Of the file. */
  readonly line: number;
  readonly deed: Deed;
  readonly expected: Decision['verdict'];
  /** Rules that are granted for this row. */
  readonly grants: readonly string[];
}

/** A row whose answer is another one. */
export interface Difference {
  readonly line: number;
  readonly deed: string;
  readonly expected: Decision['verdict'];
  readonly got: Decision;
}

const said = z.string().min(1);
const verdict = z.enum(['allow', 'ask', 'deny']);
const DOERS = ['command', 'cmd', 'path', 'input', 'read', 'write', 'url', 'rule'] as const;
/** Other keys are notes. */
const ROW = z
  .looseObject({
    ...({ command: said, cmd: said, path: said, input: said, read: said, write: said, url: said, rule: said } satisfies Record<
      (typeof DOERS)[number],
      typeof said
    >),
    right: z.enum(['read', 'write']),
    expect: verdict,
    verdict,
    grants: z.array(said),
  })
  .partial()
  .refine((row) => DOERS.filter((key) => row[key] !== undefined).length === 1, 'names exactly one of command, path, read, write, url, rule')
  .refine((row) => (row.expect ?? row.verdict) !== undefined, 'lacks expect: allow, ask or deny');

/** A table in YAML (a list, or a mapping with the key cases) or one JSON object a line. Throws USAGE with the line. */
export function readCases(text: string, file: string): readonly Case[] {
  const rows = /^\s*\{/u.test(text) ? jsonLines(text, file) : yamlRows(text, file);
  if (rows.length === 0) throw new OxiosError('USAGE', `${file} holds no case`, { hint: HINT });
  return rows.map(({ value, line }) => {
    const parsed = ROW.safeParse(value);
    if (parsed.success) return caseOf(parsed.data, line);
    throw new OxiosError('USAGE', `${file}:${line}: ${issuesOf(parsed.error, 'the case')}`, { hint: HINT });
  });
}

/** Each row under the authority with its own grants; those that differ. */
export async function differing(cases: readonly Case[], place: Place, authority: Authority): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { line, deed, expected, grants } of cases) {
    const rules = grants.map((rule) => parseRule(rule, (path) => absoluteIn(path, place.cwd, place.userHome)));
    const got = await verdictOn(deed, place, { ...authority, caps: [...authority.caps, ...rules] });
    if (got.verdict !== expected) found.push({ line, deed: deedText(deed), expected, got: { verdict: got.verdict, rule: got.rule, reason: got.reason } });
  }
  return found;
}

const HINT = 'a row is such as {command: git push, expect: ask, grants: [exec:git]}';

function caseOf(row: z.infer<typeof ROW>, line: number): Case {
  const { command, cmd = command, input, path = input, right = 'read', read, write, url, rule } = row;
  const deed: Deed =
    cmd ??
    (url !== undefined
      ? { url }
      : rule !== undefined
        ? { rule }
        : right === 'write' || write !== undefined
          ? { write: write ?? path ?? '' }
          : { read: read ?? path ?? '' });
  return { line, deed, expected: row.expect ?? row.verdict ?? 'deny', grants: row.grants ?? [] };
}

interface Row {
  readonly value: unknown;
  readonly line: number;
}

function yamlRows(text: string, file: string): readonly Row[] {
  const source = sourceOf(text, file);
  const [problem] = source.problems;
  if (problem) throw new OxiosError('USAGE', `${file}:${problem.line}:${problem.col}: ${problem.message}`, { hint: HINT });
  const table = z.union([z.array(z.unknown()), z.looseObject({ cases: z.array(z.unknown()) })]).safeParse(source.value);
  if (!table.success) throw new OxiosError('USAGE', `${file} is no list of cases`, { hint: HINT });
  const [rows, path] = Array.isArray(table.data) ? [table.data, []] : [table.data.cases, ['cases']];
  return rows.map((value, at) => ({ value, line: source.spot([...path, at]).line }));
}

const jsonLines = (text: string, file: string): readonly Row[] =>
  text.split('\n').flatMap((one, at) => {
    if (one.trim() === '') return [];
    try {
      return [{ value: JSON.parse(one) as unknown, line: at + 1 }];
    } catch (error) {
      throw new OxiosError('USAGE', `${file}:${at + 1} is no JSON`, { hint: HINT, cause: error });
    }
  });
