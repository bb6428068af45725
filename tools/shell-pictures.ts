import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AtShell, atShell } from '../test/helpers/at-shell.ts';
import { type Row, rowsOn } from './picture.ts';

/** A picture of the shell: what it is started on, and the keys up to there. */
export interface ShellPicture {
  readonly name: string;
  /** What is on it, for who does not see it. */
  readonly label: string;
  readonly columns: number;
  readonly rows: number;
  readonly args?: readonly string[];
  /** The script of its model, from the root of the sources. */
  readonly model: string;
  /** Makes the home and the folder of work in it. */
  readonly make: (home: string, work: string) => void;
  readonly play: (shell: AtShell) => Promise<unknown>;
  /** What has to be done before it can be left. */
  readonly after?: (shell: AtShell) => Promise<unknown>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where the home lies for the program, on every machine the same: a folder that is always there and seldom used. */
const HOME = '/srv';
const ALT_A = '\u001ba';
const DOWN = '\u001b[B';
const ENTER = '\r';
const HEAD = /· #\d+ [0-9a-f]{8}/u;

const ASKS = 'waits for you';
/** What is said in the conversation of the demo, and what comes of it. */
const TALK = [
  ['hello', 'hello from Oxios'],
  ['go on', ASKS],
  ['a counter', 'Press Enter'],
] as const;

const copyTally = (_: string, work: string): void => cpSync(join(ROOT, 'tools/pictures/tally'), work, { recursive: true });

export const SHELL_PICTURES: readonly ShellPicture[] = [
  {
    name: 'shell',
    label: 'The shell: agents at the left, a conversation with a change in the middle, the log at the right',
    ...{ columns: 120, rows: 36, model: 'tools/pictures/model.yaml', make: copyTally },
    async play(shell) {
      await shell.shows('what is to be done?');
      shell.type('2 and 40 give 240. Mend it, have others look\r');
      await shell.shows(/edge cases.* model[\s\S]*docs.* model/u);
      shell.type('\u001b5');
      // Both asked again after they had read.
      await shell.shows(/48 model\.requested/u);
      shell.type('v');
      await shell.shows(/verified 49 of 49/u);
    },
  },
  {
    name: 'shell-approval',
    label: 'An agent asks: the change it wants to make, where the file leads, and how far a yes goes',
    ...{ columns: 100, rows: 17, model: 'tools/pictures/approval.yaml', args: ['--trust'] },
    make(home, work) {
      copyTally(home, work);
      mkdirSync(join(home, 'team'));
      writeFileSync(join(home, 'team/notes.md'), 'release  on Friday\ntally    add joins its amounts\nunits    no weights yet\n');
      symlinkSync('team/notes.md', join(home, 'notes.md'));
    },
    async play(shell) {
      await shell.shows('what is to be done?');
      shell.type('say in ~/notes.md that it is mended\r');
      await shell.shows('waits for you');
      shell.type(ALT_A);
      await shell.shows('y once');
    },
    async after(shell) {
      shell.type('n');
      await shell.shows('It is left as it was.');
    },
  },
  {
    name: 'shell-interview',
    label: 'An interview: questions with proposals, and how clear the idea is by now',
    ...{ columns: 120, rows: 34, model: 'examples/demo/chat.yaml' },
    make: (_, work) => void mkdirSync(work),
    async play(shell) {
      await shell.shows('what is to be done?');
      for (const [words, until] of TALK) {
        await shell.shows('ready');
        shell.type(`${words}\r`);
        await shell.shows(until);
        if (until !== ASKS) continue;
        shell.type(`${ALT_A}`);
        await shell.shows('y once');
        shell.type('y');
        await shell.shows('I offer the interview.');
      }
      await shell.shows('ready');
      shell.type('\r');
      await shell.shows('1. Which program');
      shell.type('1');
      await shell.shows('2. Where is the count');
      shell.type('1');
      await shell.shows('3. What shows');
    },
  },
  {
    name: 'shell-seed',
    label: 'A seed after the work: every criterion with its verdict, and those who worked on it side by side',
    ...{ columns: 120, rows: 34, model: 'examples/parallel/model.yaml' },
    make: (_, work) => {
      mkdirSync(work);
      cpSync(join(ROOT, 'examples/parallel/seed.yaml'), join(work, 'seed.yaml'));
    },
    async play(shell) {
      await shell.shows('what is to be done?');
      shell.type('/run seed.yaml\r');
      await shell.shows(/Seed .*APPROVED/u);
      // The verdict is there before the run has ended.
      await shell.shows('v evolve');
      shell.type(`${DOWN}${DOWN}${ENTER}`);
      await shell.shows('contract');
      shell.type(`\u001b1${DOWN}${DOWN}${DOWN}${ENTER}`);
      await shell.shows('toPounds is there');
      await shell.shows(HEAD);
    },
  },
];

/** The frame of a picture, as the built program paints it. */
export async function shellRows({ columns, rows, args = [], model, make, play, after }: ShellPicture): Promise<readonly Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'oxios-picture-'));
  make(home, join(home, 'tally'));
  cpSync(join(ROOT, model), join(home, 'model.yaml'));
  const by = ['bwrap', '--dev-bind', '/', '/', '--bind', home, HOME, '--chdir', join(HOME, 'tally'), '--die-with-parent'];
  const shell = atShell(['--model', `script:${HOME}/model.yaml`, ...args], { home: HOME, cwd: home, columns, rows, by });
  try {
    await play(shell);
    const frame = rowsOn(shell.terminal);
    await after?.(shell);
    return frame;
  } finally {
    shell.type('\u0004');
    await Promise.race([shell.done, shell.shows('Leave?').then(() => shell.type('s'))]);
    await shell.done;
    // A child of it may take a moment longer to end.
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
