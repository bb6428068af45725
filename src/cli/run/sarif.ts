import type { Json, JsonObject } from '../../kernel/json.ts';
import { VERSION } from '../version.ts';
import type { Result } from './course.ts';
import { placeOf, type Reason, reasonLine, type Verdict, verdictsOf } from './verdicts.ts';

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

/** The criteria that were not proved, as SARIF 2.1.0; each points to its line of the seed, and to what its evidence points to. */
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

function resultOf({ id, status, description, why, reasons }: Verdict, seed: SeedFile): JsonObject {
  const related = reasons.flatMap((one) => placesIn(one).map((place) => ({ ...place, message: { text: reasonLine({ ...one, at: [] }) } })));
  return {
    ruleId: status,
    level: LEVELS[status] ?? 'warning',
    message: { text: `${id} ${description}${why === '' ? '' : `\n${why}`}` },
    locations: [locationOf(seed.path, lineOf(seed.text, description)), ...reasons.filter((one) => !one.ok).flatMap(placesIn)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((one, at) => ({ id: at + 1, ...one })) }),
    properties: { criterion: id, evidence: reasons as unknown as Json },
  };
}

/** Where a reason points to, in the workspace. */
const placesIn = ({ at }: Reason): readonly JsonObject[] =>
  at.flatMap((one) => {
    const place = placeOf(one);
    return place ? [locationOf(place.path, place.line, '%SRCROOT%')] : [];
  });

const locationOf = (path: string, startLine: number, uriBaseId?: string): JsonObject => ({
  physicalLocation: { artifactLocation: { uri: uriOf(path), ...(uriBaseId === undefined ? {} : { uriBaseId }) }, region: { startLine } },
});

/** A relative path stays relative, and no character of it means anything to a URI. */
const uriOf = (path: string): string => `${path.startsWith('/') ? 'file://' : ''}${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`;

/** Where the seed says it; 1 where it is written another way. */
export function lineOf(text: string, description: string): number {
  const start = (description.split('\n')[0] ?? '').trim();
  return Math.max(1, start === '' ? 1 : text.split('\n').findIndex((line) => line.includes(start)) + 1);
}
