import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tooTall, writtenIn } from '../helpers/cast.ts';
import { ONE_ROUND } from '../helpers/interview.ts';
import { type Place, place } from '../helpers/oxios.ts';
import { random } from '../helpers/random.ts';
import { hasTmux } from '../helpers/terminal.ts';
import { wildKeys } from '../helpers/wild-keys.ts';
import { type WildShell, wildShell } from '../helpers/wild-shell.ts';

const ESC = '\x1b';
const HOSTILE = `${ESC}[2J${ESC}[3J${ESC}]0;title\x07${ESC}]52;c;eA==\x07${ESC}[?1049l\x9b2J\u202e`;

/** An agent that talks, thinks, works, asks and is hostile, for as long as anybody wants. */
const TURNS = Array.from({ length: 8000 }, (_, at) => {
  if (at === 0) return { text: 'At your service.' };
  if (at % 4 === 1) return { text: 'I look.', calls: [{ name: 'ls', input: {} }] };
  if (at % 4 === 2) return { calls: [{ name: 'bash', input: { command: 'rm -f notes.txt' } }] };
  if (at % 4 === 3) return { calls: [{ name: 'write', input: { path: `f${at}.txt`, content: `${HOSTILE}\n${at}\n` } }] };
  return {
    thinking: 'I think.',
    text: `# I hear you\n\n- **漢字** ${HOSTILE}\n\n\`\`\`ts\nconst one = 1;\n\`\`\`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n`,
    pace_ms: 1,
  };
});

const SIZES = [
  [40, 12],
  [80, 24],
  [110, 30],
  [200, 50],
  [400, 100],
] as const;

/** Closes whatever is open, ends a paste that nobody ended, clears what is typed. */
const CALM = `${ESC}[201~${`${ESC}[27u`.repeat(5)}\x03`;
const BATCH = 100;
/** Milliseconds that pass between keys unless something is painted: nothing, a moment, longer than ESC is waited for. What is asked here has no say in what is claimed. */
const LOOKS = [0, 0, 10, 20, 40, 80];

/** All that the shell itself writes to a terminal: colours, cursor, lines erased, and the modes it takes and gives back. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
const OWN = /\x1b(?:\[[\d;:]*[mABCDEFGHKJ]|\[\?(?:25|7|1049|2004|1000|1006|2026)[hl])/gu;

/** Of what lies over the conversation or beside it, as it has to come up among so many keys. */
const TITLES = ['Approve', 'Help', 'Do >', 'Sessions', 'Sessions in which was said', 'Write the session to', 'Agents', 'Audit', 'Interview', 'Which storage?'];
const reached = new Set<string>();

/** Typed so that a terminal which only echoes shows something else. */
const typed = (token: string): string => `${token.slice(1)}\x01${token[0]}`;

/** `codes`: what it may have ended with. */
async function check(shell: WildShell, cast: string, codes: readonly string[]): Promise<void> {
  const left = await shell.done;
  const raw = shell.raw();
  const record = readFileSync(cast, 'utf8');
  const plain = writtenIn(record).replaceAll(OWN, '');
  expect(codes, raw.slice(-1000)).toContain(left.code);
  expect({ ...left, code: '', before: left.before !== '', after: left.after === left.before }, raw.slice(-1000)).toEqual({
    ...{ code: '', before: true, after: true, buffer: 'normal', pastes: false, mouse: 'none' },
  });
  expect(raw.lastIndexOf('\x1b[?25h'), `the cursor is off: ${JSON.stringify(raw.slice(-400))}`).toBeGreaterThanOrEqual(raw.lastIndexOf('\x1b[?25l'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
  expect(raw.match(/\x1b\[[23]J/gu), 'the screen was cleared').toBeNull();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
  expect(/[\s\S]{0,40}[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e][\s\S]{0,40}/u.exec(plain)?.[0]).toBeUndefined();
  expect(tooTall(record)).toBeUndefined();
  for (const title of TITLES) if (plain.includes(title)) reached.add(title);
  rmSync(cast);
}

/** As many sequences at one terminal, whose size changes in between; a shell that was left by chance is opened again, and what it did not live to see is not counted. */
async function play(here: Place, seed: number, count: number, [columns, rows]: (typeof SIZES)[number]): Promise<void> {
  const by = random(seed + 1);
  const keys = wildKeys(seed);
  const cast = here.path('cast');
  let size: readonly [number, number] = [columns, rows];
  const open = async (): Promise<WildShell> => {
    const shell = wildShell(['--model', `script:${here.path('model.yaml')}`, '--record-frames', cast], here, ...size);
    await shell.shows('ready', '');
    return shell;
  };
  let shell = await open();
  const lives = async (token: string): Promise<boolean> => {
    await shell.type(CALM, typed(token));
    const isAlive = await shell.shows(token, `${CALM}${typed(token)}`);
    if (isAlive) await shell.type('\x03');
    else {
      // Ctrl-C twice while it is being left ends it at once.
      await check(shell, cast, ['0', '130']);
      shell = await open();
    }
    return isAlive;
  };
  for (let at = 0; at < count; ) {
    for (const piece of keys(BATCH, ...size)) {
      await shell.type(piece);
      const patience = by.pick(LOOKS);
      if (patience > 0) await shell.looks(patience);
    }
    if (await lives(`mark${at}`)) at += BATCH;
    size = by.pick(SIZES);
    if (!shell.ended()) shell.resize(...size);
  }
  await lives('calm');
  await shell.type(`${CALM}/new\r`, 'who is there\r');
  await shell.shows(/who is there[\s\S]*At your service/u, '');
  await shell.type(CALM, '\x04');
  await shell.shows(/keep/u, '\x04s');
  if (!shell.ended()) await shell.type('s');
  await check(shell, cast, ['0']);
}

/** `SEQUENCES=40000 SEED=7000 npx vitest run shell-fuzz` plays more, and other ones. */
const SEQUENCES = Number(process.env.SEQUENCES ?? 10_000);

const SEED = Number(process.env.SEED ?? 1000);

test.runIf(hasTmux()).concurrent.each(SIZES.map((size, at) => [size.join('x'), SEED + at, size] as const))(
  'keys and pastes without any sense, beginning at %s with seed %i, leave a shell that lives and a terminal as it was',
  async (_, seed, size) => {
    const here = place();
    try {
      mkdirSync(here.workspace);
      writeFileSync(join(here.workspace, 'notes.txt'), 'notes\n');
      writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { ...ONE_ROUND, default: TURNS } }));
      await play(here, seed, SEQUENCES / SIZES.length, size);
    } finally {
      here.remove();
    }
  },
);

test.runIf(hasTmux() && SEQUENCES >= 10_000)('among them all that lies over the conversation came up', () => {
  expect([...reached].toSorted()).toEqual(TITLES.toSorted());
});
