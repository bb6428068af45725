import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { processesIn } from '../helpers/crash.ts';
import { canMount } from '../helpers/mount.ts';
import { BIN, linesOf } from '../helpers/oxios.ts';
import { calls, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const MAKE = calls(writes('made.txt', 'made\n'));
const FILES = { 'kept.txt': 'kept\n', 'src/a.js': 'export const a = 1;\n' };
const DAEMON = [
  "const { spawn } = require('node:child_process');",
  "if (process.argv[2] === 'again') spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', __filename], { detached: true, stdio: 'ignore' }).unref();",
  "else spawn(process.execPath, [__filename, 'again'], { detached: true, stdio: 'ignore' }).unref();",
].join('\n');

const MB = 1024 * 1024;

type Row = readonly [what: string, criterion: object, status: string, evidence: RegExp, files?: Record<string, string>];

const ROWS: readonly Row[] = [
  ['hangs', { verify_command: 'test -f made.txt && sleep 1000', timeout_s: 1 }, 'FAIL', /- contract: the verify command did not end in time \(1 s\)/u],
  [
    'hangs and takes no TERM',
    { verify_command: 'test -f made.txt && bash -c \'trap "" TERM INT HUP; while true; do sleep 0.1; done\'', timeout_s: 1 },
    'FAIL',
    /did not end in time/u,
  ],
  ['leaves a daemon', { verify_command: 'node daemon.cjs && test -f made.txt' }, 'PASS', /\+ contract: the verify command exits 0/u, { 'daemon.cjs': DAEMON }],
  ['leaves commands in the background', { verify_command: '(setsid sleep 1000 &) ; setsid nohup sleep 999 & test -f made.txt' }, 'PASS', /exits 0/u],
  ['deletes all of its copy', { verify_command: 'test -f made.txt && rm -rf ./* && test -f kept.txt' }, 'FAIL', /the verify command exits 1/u],
  [
    'changes all of its copy',
    { verify_command: 'test -f made.txt && echo spoilt | tee kept.txt made.txt src/a.js && chmod 000 src && test -f made.txt' },
    'PASS',
    /exits 0/u,
  ],
  ['goes up from its copy', { verify_command: 'test -f made.txt && rm -rf "$PWD"/../workspace/* && rm -rf ../* ; test -f made.txt' }, 'FAIL', /exits 1/u],
  ['fills files', { verify_command: `test -f made.txt && head -c ${50 * MB} /dev/zero > big.bin` }, 'PASS', /exits 0/u],
  ['reads standard input', { verify_command: 'test -f made.txt && test "$(cat)" = "" && ! read -r line' }, 'PASS', /exits 0/u],
  [
    'prints 100 MB, and what is expected at their end',
    { verify_command: `test -f made.txt && head -c ${100 * MB} /dev/zero | tr '\\0' x && echo the-end`, output_assertion: 'the-end' },
    'PASS',
    /\+ contract: the expected output is there/u,
  ],
  [
    'prints much and fails',
    { verify_command: `head -c ${20 * MB} /dev/zero | tr '\\0' x; echo; echo 'Error: too much of it'; exit 3` },
    'FAIL',
    /the verify command exits 3: Error: too much of it/u,
  ],
  ['prints bytes that are no text', { verify_command: `head -c ${2 * MB} /dev/urandom; echo; test -f made.txt` }, 'PASS', /exits 0/u],
  ['prints what steers a terminal', { verify_command: "printf '\\033[2J\\033]0;x\\007\\0\\377Error: bad\\n'; exit 4" }, 'FAIL', /exits 4: .*Error: bad/u],
  ['needs an interpreter that is not there', { verify_command: 'no-such-interpreter made.txt' }, 'UNAVAILABLE', /no-such-interpreter is not installed/u],
  ['is killed', { verify_command: 'test -f made.txt && kill -9 $$' }, 'FAIL', /the verify command exits (by a signal|137)/u],
  [
    'starts very many',
    {
      verify_command:
        "test -f made.txt && node -e \"const {spawn} = require('node:child_process'); for (let n = 0; n < 200; n++) spawn('sleep', ['1000'], {detached: true, stdio: 'ignore'}).unref()\"",
    },
    'PASS',
    /exits 0/u,
  ],
  [
    'needs the network',
    { verify_command: 'node -e "fetch(\'http://oxios.invalid\').catch((error) => { console.error(String(error.cause)); process.exit(1) })"' },
    'FAIL',
    /exits 1: .*oxios\.invalid.*\(sandbox: commands have no network/u,
  ],
];

test('contracts that misbehave end with their verdict and one reason, and leave nothing', async () => {
  here = trial({
    criteria: ROWS.map(([, criterion], at) => ({ id: `a${at}`, description: 'made.txt is made', ...criterion })),
    files: Object.assign({}, FILES, ...ROWS.map((row) => row[4] ?? {})) as Record<string, string>,
    agents: { 'worker a0': [MAKE, says('done')], worker: [says('done')] },
  });
  const ran = await here.run();
  const wrong = ROWS.flatMap(([what, , status, evidence], at) => {
    const [is, said] = [ran.statuses[`a${at}`], ran.evidence(`a${at}`)];
    const reasons = said.match(/^- contract/gmu)?.length ?? 0;
    return is === status && evidence.test(said) && reasons === (status === 'PASS' ? 0 : 1) ? [] : [`${what}: ${is}\n${said}`];
  });
  expect(wrong).toEqual([]);
  expect(processesIn(here.home)).toEqual([]);
  expect(readdirSync(here.path('.oxios/scratch'))).toEqual([]);
  expect(here.read('kept.txt')).toBe('kept\n');
  expect(here.read('made.txt')).toBe('made\n');
  expect(existsSync(here.path('workspace/src/a.js'))).toBe(true);
  expect(ran.result.files_changed).toEqual(['made.txt']);
});

test.runIf(canMount)('one that fills the disk fails by itself: the others are judged, and the disk is free again', () => {
  const full = { id: 'a', description: 'made.txt is made', verify_command: `test -f made.txt && head -c ${2000 * MB} /dev/zero > big.bin` };
  here = trial({
    criteria: [full, { ...full, id: 'b', verify_command: 'test -f made.txt' }],
    agents: { 'worker a': [MAKE, says('done')], worker: [says('done')] },
  });
  const run = `"$0" "$1" run seed.yaml --home /mnt/home --model script:model.yaml --project-dir workspace --json; ls /mnt/home/scratch`;
  const inside = ['--dev-bind', '/', '/', '--size', String(60 * MB), '--tmpfs', '/mnt', 'sh', '-c', run, process.execPath, BIN];
  const printed = execFileSync('bwrap', inside, { cwd: here.home, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH } });
  const { criteria } = linesOf(printed).at(-1);
  expect(criteria.map((one: { status: string }) => one.status)).toEqual(['FAIL', 'PASS']);
  expect(criteria[0].evidence[0].text).toMatch(/exits 1: .*No space left on device/u);
  expect(printed.trim().endsWith('}')).toBe(true);
});
