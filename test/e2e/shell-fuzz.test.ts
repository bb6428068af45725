import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Place, place } from '../helpers/oxios.ts';
import { random } from '../helpers/random.ts';
import { hasTmux } from '../helpers/terminal.ts';
import { wildKeys } from '../helpers/wild-keys.ts';
import { shown, type WildShell, wildShell } from '../helpers/wild-shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
  writeFileSync(join(here.workspace, 'notes.txt'), 'notes\n');
});
afterEach(() => here.remove());

const ESC = '\x1b';
const HOSTILE = `${ESC}[2J${ESC}[3J${ESC}]0;title\x07${ESC}]52;c;eA==\x07${ESC}[?1049l\x9b2J\u202e`;

/** An agent that talks, thinks, works, asks and is hostile, for as long as anybody wants. */
const TURNS = Array.from({ length: 3000 }, (_, at) => {
  if (at === 0) return { text: 'At your service.' };
  if (at % 7 === 1) return { text: 'I look.', calls: [{ name: 'ls', input: {} }] };
  if (at % 7 === 3) return { calls: [{ name: 'write', input: { path: `f${at}.txt`, content: `${HOSTILE}\n${at}\n` } }] };
  if (at % 7 === 5) return { calls: [{ name: 'bash', input: { command: 'rm -f notes.txt' } }] };
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
] as const;

/** Closes whatever is open, ends a paste that nobody ended, clears what is typed. */
const CALM = `${ESC}[201~${`${ESC}[27u`.repeat(5)}\x03`;
const BATCH = 50;

/** All that the shell itself writes to a terminal: colours, cursor, lines erased, and the modes it takes and gives back. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
const OWN = /\x1b(?:\[[\d;:]*[mABCDEFGHKJ]|\[\?(?:25|7|1049|2004|1000|1006|2026)[hl])/gu;

async function check(shell: WildShell, seed: number): Promise<void> {
  const left = await shell.done;
  const raw = shell.raw();
  expect({ ...left, after: left.after === left.before, before: '' }, `seed ${seed}: ${raw.slice(-1000)}`).toEqual({
    ...{ code: 0, before: '', after: true, buffer: 'normal', pastes: false, mouse: 'none' },
  });
  expect(raw.lastIndexOf('\x1b[?25h'), `the cursor is off, seed ${seed}: ${JSON.stringify(raw.slice(-400))}`).toBeGreaterThanOrEqual(
    raw.lastIndexOf('\x1b[?25l'),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
  expect(raw.match(/\x1b\[[23]J/gu), `the screen was cleared, seed ${seed}`).toBeNull();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing
  expect(/[\s\S]{0,40}[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e][\s\S]{0,40}/u.exec(raw.replaceAll(OWN, ''))?.[0], `seed ${seed}`).toBeUndefined();
}

/** As many sequences at one terminal, whose size changes in between; a shell that was left by chance is opened again. */
async function play(seed: number, count: number, [columns, rows]: (typeof SIZES)[number]): Promise<void> {
  const by = random(seed + 1);
  const keys = wildKeys(seed);
  let size: readonly [number, number] = [columns, rows];
  const open = async (): Promise<WildShell> => {
    const shell = wildShell(['--model', `script:${here.path('model.yaml')}`], here, ...size);
    await shown(shell, 'ready', '');
    return shell;
  };
  let shell = await open();
  const lives = async (token: string): Promise<void> => {
    shell.type(`${CALM}${token}`);
    if (await shown(shell, token, `${CALM}${token}`)) return shell.type('\x03');
    await check(shell, seed);
    shell = await open();
  };
  for (let at = 0; at < count; at += BATCH) {
    for (const one of keys(BATCH, ...size)) shell.type(one);
    await lives(`mark${at}`);
    size = by.pick(SIZES);
    if (!shell.ended()) shell.resize(...size);
  }
  await lives('calm');
  shell.type(`${CALM}/new\r`);
  shell.type('who is there\r');
  await shown(shell, /who is there[\s\S]*At your service/u, '');
  shell.type(CALM);
  shell.type('\x04');
  await shown(shell, /keep/u, '\x04s');
  if (!shell.ended()) shell.type('s');
  await check(shell, seed);
}

/** A short one by default; `SEQUENCES=10000 SEED=7000 npx vitest run shell-fuzz` plays a long one, another one. */
const SEQUENCES = Number(process.env.SEQUENCES ?? 600);

test.runIf(hasTmux()).each(SIZES.map((size, at) => [size.join('x'), size, Number(process.env.SEED ?? 1000) + at] as const))(
  'keys and pastes without any sense, beginning at %s, leave a shell that lives and a terminal as it was',
  async (_, size, seed) => {
    writeFileSync(here.path('model.yaml'), JSON.stringify(TURNS));
    await play(seed, SEQUENCES / SIZES.length, size);
  },
);
