import { appendFileSync } from 'node:fs';
import { messageOf } from '../../kernel/errors.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { Result } from './course.ts';
import { lineOf, type SeedFile } from './sarif.ts';
import { type Verdict, verdictsOf } from './verdicts.ts';

/** In GitHub Actions: a table for the job's page, and an annotation for each criterion that was not proved. On stderr, which Actions reads too. */
export function tellGithub(result: Result, seed: SeedFile | undefined, summary = process.env.GITHUB_STEP_SUMMARY): void {
  if (summary === undefined || summary === '') return;
  for (const one of verdictsOf(result)) if (one.status !== 'PASS') process.stderr.write(`${annotationOf(one, seed)}\n`);
  try {
    appendFileSync(summary, summaryOf(result));
  } catch (error) {
    // The verdict stands, whether or not it can be shown there.
    process.stderr.write(`the job summary ${summary} could not be written: ${sanitize(messageOf(error))}\n`);
  }
}

/** Markdown for people; what agents and seeds wrote is text in it, never markup. */
export function summaryOf(result: Result): string {
  const rows = verdictsOf(result).map(({ id, status, description, why }) => `| ${cell(id)} | ${status} | ${cell(description)} | ${cell(why)} |`);
  const cost = result.cost_usd === null ? 'cost unknown' : `$${result.cost_usd.toFixed(4)}`;
  const table = rows.length === 0 ? [] : ['', '| criterion | verdict | what | why |', '|---|---|---|---|', ...rows];
  const error = result.error ? ['', `${result.error.code}: ${cell(result.error.message)}`] : [];
  return [
    `## Oxios: ${result.outcome} (exit ${result.exit_code})`,
    '',
    `${result.files_changed.length} files changed · ${cost} · run ${result.run}`,
    ...error,
    ...table,
    '',
    '',
  ].join('\n');
}

/** One cell of a table, on one line. */
const cell = (text: string): string =>
  sanitize(text)
    .trim()
    .replace(/[\\`*_[\]<>|#&]/gu, (char) => `&#${char.codePointAt(0)};`)
    .replace(/\s*\n\s*/gu, '<br>');

const annotationOf = ({ id, status, description, why }: Verdict, seed: SeedFile | undefined): string => {
  const where = seed ? `file=${property(seed.path)},line=${lineOf(seed.text, description)},` : '';
  return `::${status === 'FAIL' ? 'error' : 'warning'} ${where}title=${property(`${status} ${id}`)}::${message(why === '' ? description : `${description}\n${why}`)}`;
};

/** The escapes of workflow commands. */
const message = (text: string): string => sanitize(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
