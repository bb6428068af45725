import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/ouroboros/seed/read.ts';
import { opinion } from '../helpers/opinion.ts';
import { oxios, type Place, place, type Ran, ROOT } from '../helpers/oxios.ts';
import { read } from '../ouroboros/seed/reading.ts';

interface Row {
  readonly id: string;
  readonly yaml: string;
  readonly ok: boolean;
  readonly normalized?: { readonly acceptance_criteria: readonly { readonly expected_artifacts?: readonly string[] }[] };
}

const rows: readonly Row[] = readFileSync(`${ROOT}/test/vectors/seed-vectors.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Each row in a place of its own, a few at once; what differs from the claim, by row. */
async function each(chosen: readonly Row[], look: (row: Row, here: Place) => Promise<string | undefined>): Promise<readonly string[]> {
  const open = [...chosen];
  const found: string[] = [];
  const next = async (): Promise<void> => {
    const row = open.shift();
    if (!row) return;
    const here = place();
    mkdirSync(here.workspace);
    writeFileSync(here.path('seed.yaml'), row.yaml);
    const differs = await look(row, here).finally(here.remove);
    if (differs !== undefined) found.push(`${row.id}: ${differs}`);
    await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}

const AT_ONCE = 4;

/** A worker that leaves what its criterion names, and a judge that approves. */
function prepare({ normalized }: Row, here: Place): void {
  const files = (normalized?.acceptance_criteria ?? []).flatMap((one) => one.expected_artifacts ?? []);
  const writes = files.map((path) => ({ name: 'write', input: { path: path.endsWith('/') ? `${path}file` : path, content: `${path}\n` } }));
  const worker = [...(writes.length > 0 ? [{ calls: writes }] : []), { text: 'done' }];
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { worker, judge: [{ text: opinion('package.json:1') }] } }));
  writeFileSync(`${here.workspace}/package.json`, '{"name": "tally", "scripts": {"test": "echo 5 passed"}}\n');
  writeFileSync(`${here.workspace}/tally.js`, 'console.log(0);\n');
}

/** Exit codes of a run that came to a verdict. */
const VERDICTS: Readonly<Record<string, number>> = { APPROVED: 0, REJECTED: 1, UNVERIFIED: 4 };

function judged(ran: Ran, ids: readonly string[]): string | undefined {
  const result = ran.events().at(-1);
  const wanted = result?.type === 'run.result' && VERDICTS[result.outcome] === ran.code;
  const told = (result?.criteria ?? []).filter((one: { evidence: readonly unknown[] }) => one.evidence.length > 0).map((one: { id: string }) => one.id);
  return wanted && told.join() === ids.join() ? undefined : `exit ${ran.code}, ${JSON.stringify(result)?.slice(0, 500)} ${ran.stderr}`;
}

test('every seed that the reference accepts is planned, worked on and judged, criterion by criterion', async () => {
  const outcomes: string[] = [];
  const differing = await each(
    rows.filter((row) => row.ok),
    async (row, here) => {
      prepare(row, here);
      const reading = read(row.yaml);
      const ran = await oxios(['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'], { home: here.home });
      outcomes.push(ran.events().at(-1)?.outcome);
      const events = ran.events();
      const digest = events.find((one) => one.type === 'seed.loaded')?.digest;
      if (!reading.ok || digest !== reading.digest) return `the digest is ${digest}`;
      return judged(
        ran,
        reading.seed.acceptance_criteria.map((one) => one.id),
      );
    },
  );
  expect(differing).toEqual([]);
  // Those without criteria have nothing to be approved for.
  expect(outcomes.filter((one) => one === 'APPROVED').length).toBeGreaterThan(50);
});

test('every seed that the reference refuses is refused with exit 3: file, line, column, what is wrong and what to do', async () => {
  const differing = await each(
    rows.filter((row) => !row.ok),
    async (row, here) => {
      const ran = await oxios(['run', 'seed.yaml', '--model', 'script:none.yaml', '--project-dir', 'workspace'], { home: here.home });
      const errors = read(row.yaml).diagnostics.filter((one) => one.severity === 'error');
      const lines = errors.map((one) => formatDiagnostic(one, 'seed.yaml'));
      const helps = lines.every((one) => /^seed\.yaml:\d+:\d+: error [a-z]+\.[a-z]+: .+\n {2}hint: .{10,}$/u.test(one));
      const said = lines.every((one) => ran.stderr.includes(one)) && ran.stderr.includes('SEED_INVALID: seed.yaml is not a valid seed\n  hint: ');
      return ran.code === 3 && errors.length > 0 && helps && said ? undefined : `exit ${ran.code}: ${ran.stderr}`;
    },
  );
  expect(differing).toEqual([]);
});
