import type { JsonObject } from '../../kernel/json.ts';
import { VERSION } from '../version.ts';
import type { Result } from './course.ts';
import { type Verdict, verdictsOf } from './verdicts.ts';

/** The seed a report points into. */
export interface SeedFile {
  readonly path: string;
  readonly text: string;
}

const LEVELS: Readonly<Record<string, 'error' | 'warning'>> = { FAIL: 'error' };
const MEANINGS: Readonly<Record<string, string>> = {
  FAIL: 'The criterion is not met.',
  BLOCKED: 'The work needed something that was not granted.',
  UNVERIFIED: 'Nothing proves the criterion.',
  UNAVAILABLE: 'The check could not be run.',
  INVALID: 'The check proves nothing, whatever was done.',
};

/** The criteria that were not proved, as SARIF 2.1.0; each points to its line of the seed. */
export function sarifOf(result: Result, seed: SeedFile): string {
  const open = verdictsOf(result).filter((one) => one.status !== 'PASS');
  const rules = [...new Set(open.map((one) => one.status))].map((id) => ({ id, shortDescription: { text: MEANINGS[id] ?? id } }));
  const report = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Oxios', version: VERSION, rules } },
        invocations: [invocationOf(result)],
        results: open.map((one) => resultOf(one, seed)),
      },
    ],
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const invocationOf = ({ exit_code, error }: Result): JsonObject => ({
  executionSuccessful: error === undefined,
  exitCode: exit_code,
  ...(error === undefined ? {} : { toolExecutionNotifications: [{ level: 'error', message: { text: `${error.code}: ${error.message}` } }] }),
});

const resultOf = ({ id, status, description, why }: Verdict, seed: SeedFile): JsonObject => ({
  ruleId: status,
  level: LEVELS[status] ?? 'warning',
  message: { text: `${id} ${description}${why === '' ? '' : `\n${why}`}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(seed.path) },
        region: { startLine: lineOf(seed.text, description) },
      },
    },
  ],
});

/** Where the seed says it; 1 where it is written another way. */
export function lineOf(text: string, description: string): number {
  const start = (description.split('\n')[0] ?? '').trim();
  return Math.max(1, start === '' ? 1 : text.split('\n').findIndex((line) => line.includes(start)) + 1);
}
