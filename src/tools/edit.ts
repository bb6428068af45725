import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import type { FileRead } from '../kernel/host.ts';
import { type AbsPath, sha256 } from '../kernel/ids.ts';
import { defineTool, type Sys, type ToolResult } from '../kernel/tool.ts';
import { seen } from './seen.ts';
import { marked, unified } from './unified.ts';

const input = z.object({
  path: z.string().describe('file to change'),
  edits: z
    .array(z.object({ old: z.string().min(1).describe('exact text, must occur once'), new: z.string().describe('what takes its place') }))
    .min(1)
    .describe('replacements, all found in the file as it is now; they must not overlap'),
});

export const edit = defineTool<z.infer<typeof input>>({
  name: 'edit',
  summary:
    'Change parts of a text file: each `old` must occur exactly once. All replacements happen, or none. Line ends and a byte order mark are kept. Fails when the file changed since it was read.',
  input,
  // Done again after a crash, it compares hashes: what was replaced already is not replaced twice.
  effect: 'idempotent',
  audience: 'model',
  // What is around a replacement is shown: a file that may only be written is not for edit.
  needs: ({ path }, sys) => (['read', 'write'] as const).map((right) => ({ on: 'fs', right, under: sys.resolve(path) })),
  describe: ({ path, edits }) => `edit ${path} (${edits.length} ${edits.length === 1 ? 'place' : 'places'})`,
  preview: ({ edits }) => edits.flatMap((one) => [marked('-', one.old), marked('+', one.new)]).join('\n'),
  async run({ path, edits }, sys) {
    const file = await sys.fs.read(sys.resolve(path), { limit: MAX_FILE });
    if (file.bytes.length < file.size)
      throw new OxiosError('TOOL_INPUT', `${path} has ${file.size} bytes, more than the ${MAX_FILE} that edit takes`, {
        hint: 'change it with a program instead',
      });
    const before = sha256(file.bytes);
    const done = await doneBefore({ path, edits }, file, sys);
    if (done) return done;
    const known = seen(sys.notes).get(file.path);
    if (known !== undefined && known !== before)
      throw new OxiosError('STALE_FILE', `${path} changed since it was read`, { hint: 'read it again before changing it' });
    const text = decode(path, file.bytes);
    const whole = apply(path, text, edits);
    const written = await sys.fs.write(sys.resolve(path), new TextEncoder().encode(whole), { expect: before });
    seen(sys.notes).set(written.path, written.sha256);
    return changed(path, file.path, edits.length, [text, whole]);
  },
});

/** Of a call that a crash cut off: its result when the file is as it would have left it; undefined when it is as it was before. */
async function doneBefore({ path, edits }: z.infer<typeof input>, file: FileRead, sys: Sys): Promise<ToolResult | undefined> {
  if (sys.again === undefined) return undefined;
  const now = sha256(file.bytes);
  const old = await sys.again.before(sys.resolve(path));
  if (old && sha256(old) === now) return undefined;
  const text = old && decode(path, old);
  const whole = text === undefined ? undefined : apply(path, text, edits);
  if (text === undefined || whole === undefined || sha256(whole) !== now)
    return {
      ok: false,
      text: `Unknown outcome: the edit of ${path} was interrupted, and the file is neither as before nor as after it. Read it before you go on.`,
    };
  seen(sys.notes).set(file.path, now);
  return changed(path, file.path, edits.length, [text, whole]);
}

function changed(path: string, full: AbsPath, count: number, [before, after]: readonly [string, string]): ToolResult {
  const diff = unified(path, before, after);
  return {
    ok: true,
    text: diff.length > MAX_TEXT ? `${diff.slice(0, MAX_TEXT)}\n[diff cut]` : diff || `${path} is unchanged`,
    diff,
    details: { path: full, edits: count },
  };
}

const MAX_TEXT = 20_000;
const MAX_FILE = 20 * 1024 * 1024;

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new OxiosError('TOOL_INPUT', `${path} is not a UTF-8 text file`, { hint: 'change it with a program instead', cause: error });
  }
}

/** A replacement in the file as it is. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** CRLF line ends are matched as if they were plain ones; what is not replaced stays as it is. */
function apply(path: string, whole: string, edits: z.infer<typeof input>['edits']): string {
  const text = whole.replaceAll('\r\n', '\n');
  const original = positions(whole);
  const places = edits.map((one): Place => {
    const { from, to } = only(path, text, one.old.replaceAll('\r\n', '\n'));
    return { from, to, text: one.new.replaceAll('\r\n', '\n') };
  });
  places.sort((a, b) => a.from - b.from);
  const clash = places.find((one, at) => at > 0 && one.from < (places[at - 1]?.to ?? 0));
  if (clash)
    throw new OxiosError('TOOL_INPUT', `two replacements overlap on line ${lineOf(text, clash.from)} of ${path}`, { hint: 'make one replacement of them' });
  return places.toReversed().reduce((all, one) => {
    const [from, to] = [original(one.from), original(one.to)];
    const end = endOf(all.slice(from, to)) ?? endOf(whole) ?? '\n';
    return all.slice(0, from) + one.text.replaceAll('\n', end) + all.slice(to);
  }, whole);
}

/** The one place where the text stands. */
function only(path: string, text: string, old: string): Omit<Place, 'text'> {
  const from = text.indexOf(old);
  if (from < 0) throw notFound(path, text, old);
  const second = text.indexOf(old, from + 1);
  if (second >= 0)
    throw new OxiosError('TOOL_INPUT', `the text occurs more than once in ${path}, on lines ${lineOf(text, from)} and ${lineOf(text, second)}`, {
      hint: 'give more of the text around it',
    });
  return { from, to: from + old.length };
}

/** From a place in the text with plain line ends to the one in the file. */
function positions(whole: string): (at: number) => number {
  const ends = [...whole.matchAll(/\r\n/gu)].map((match, nth) => match.index - nth);
  return (at) => {
    let low = 0;
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return at + low;
  };
}

/** How the first line of a text ends. */
const endOf = (text: string): string | undefined => /\r?\n/u.exec(text)?.[0];

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** Says where the text nearly is: the line that begins like it, or differs in white space only. */
function notFound(path: string, text: string, old: string): OxiosError {
  const wanted = squeeze(old.split('\n').find((line) => line.trim() !== '') ?? '');
  const at = wanted === '' ? -1 : text.split('\n').findIndex((line) => squeeze(line) === wanted || (wanted.length > 8 && squeeze(line).includes(wanted)));
  const near = at < 0 ? '' : `; line ${at + 1} is close: ${JSON.stringify(text.split('\n')[at]?.slice(0, 160))}`;
  return new OxiosError('TOOL_INPUT', `the text was not found in ${path}${near}`, { hint: 'read the file and copy the text exactly, with its indentation' });
}

const squeeze = (line: string): string => line.replace(/\s+/gu, ' ').trim();
