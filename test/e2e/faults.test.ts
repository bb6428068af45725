import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FailingIo, type Fault, failingIo, hasCompiler } from '../helpers/failing-io.ts';
import { oxios, place } from '../helpers/oxios.ts';

const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace'];

/** Kinds of failure, and which operations of a run of the demo they hit: spread over the whole of it. */
const SPREAD = 5;
const FAULTS: readonly Fault[] = ['ENOSPC', 'EIO', 'EMFILE', 'short'];

describe.runIf(process.platform === 'linux' && hasCompiler())('when one file operation of a run fails', () => {
  let io: FailingIo;
  let operations = 0;

  beforeAll(async () => {
    io = failingIo();
    const at = place('demo');
    const whole = await oxios(RUN, { home: at.home, env: io.env(at.home, 'EIO', 0) });
    operations = io.count();
    at.remove();
    expect(whole.code).toBe(0);
  });
  afterAll(() => io.remove());

  test.for(
    FAULTS.flatMap((fault, row) =>
      Array.from({ length: SPREAD }, (_, column) => ({ fault, part: Number(((column + (row + 0.5) / FAULTS.length) / SPREAD).toFixed(3)) })),
    ),
  )('$fault at $part: the run ends in one of the two ways, the log holds, and it goes on afterwards', async ({ fault, part }) => {
    const at = place('demo');
    try {
      const first = await oxios(RUN, { home: at.home, env: io.env(at.home, fault, Math.ceil(part * operations)) });
      expect(first.stderr).not.toMatch(/^\s+at .*:\d+/mu);
      if (first.code === 5) {
        expect(first.stderr).toMatch(/^[A-Z_]+: .+\n {2}hint: .+/mu);
        const begun = (await oxios(['audit', 'list', '--json'], { home: at.home })).stdout.includes('process.forked');
        const next = await oxios(begun ? ['resume'] : RUN, { home: at.home });
        expect(`${next.code} ${next.stderr}`).toMatch(/^0 /u);
      } else {
        // A tool that failed is an answer to the model; what it then makes of it is judged like any work.
        const { exit_code, outcome } = first.stdout === '' ? await resultOf(at.home) : first.events().at(-1);
        expect(`${first.code} ${first.stderr}`).toMatch(/^[01] /u);
        expect({ exit_code, outcome }).toEqual({ exit_code: first.code, outcome: first.code === 0 ? 'APPROVED' : 'REJECTED' });
      }
      expect((await oxios(['audit', 'verify'], { home: at.home })).code).toBe(0);
    } finally {
      at.remove();
    }
  });

  test('no space at all from the middle on: it ends with DISK_FULL, and goes on when there is some again', async () => {
    const at = place('demo');
    try {
      const first = await oxios(RUN, { home: at.home, env: io.env(at.home, 'ENOSPC', Math.ceil(operations / 2), operations * 10) });
      expect(first.code).toBe(5);
      expect(first.stderr).toMatch(/^DISK_FULL: .+\n {2}hint: .+/mu);
      // The call that was under way is told to the model as unknown; a script does not look, so that its work may be rejected.
      const next = await oxios(['resume'], { home: at.home });
      expect([0, 1]).toContain(next.code);
      expect(readdirSync(at.workspace).filter((name) => name.startsWith('.oxios'))).toEqual([]);
      expect((await oxios(['audit', 'verify'], { home: at.home })).code).toBe(0);
    } finally {
      at.remove();
    }
  });
});

async function resultOf(home: string) {
  const listed = await oxios(['audit', 'list', '--json'], { home });
  return listed.events().findLast((event) => event.type === 'run.result');
}
