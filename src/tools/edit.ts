import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/ids.ts';
import { defineTool } from '../kernel/tool.ts';
import { seen } from './seen.ts';
import { unified } from './unified.ts';

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
  effect: 'once',
  audience: 'model',
  needs: ({ path }, sys) => [{ on: 'fs', right: 'write', under: sys.resolve(path) }],
  describe: ({ path, edits }) => `edit ${path} (${edits.length} ${edits.length === 1 ? 'place' : 'places'})`,
  async run({ path, edits }, sys) {
    const file = await sys.fs.read(sys.resolve(path));
    const before = sha256(file.bytes);
    const known = seen(sys.notes).get(file.path);
    if (known !== undefined && known !== before)
      throw new OxiosError('STALE_FILE', `${path} changed since it was read`, { hint: 'read it again before changing it' });
    const text = decode(path, file.bytes);
    const crlf = text.includes('\r\n');
    const after = apply(path, crlf ? text.replaceAll('\r\n', '\n') : text, edits);
    const whole = crlf ? after.replaceAll('\n', '\r\n') : after;
    const done = await sys.fs.write(file.path, new TextEncoder().encode(whole), { expect: before });
    seen(sys.notes).set(done.path, done.sha256);
    const diff = unified(path, text, whole);
    return {
      ok: true,
      text: diff.length > MAX_TEXT ? `${diff.slice(0, MAX_TEXT)}\n[diff cut]` : diff || `${path} is unchanged`,
      diff,
      details: { path: file.path, edits: edits.length },
    };
  },
});

const MAX_TEXT = 20_000;

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new OxiosError('TOOL_INPUT', `${path} is not a UTF-8 text file`, { hint: 'change it with a program instead', cause: error });
  }
}

/** Files with CRLF line ends are matched as if they had plain ones. */
function apply(path: string, text: string, edits: z.infer<typeof input>['edits']): string {
  const places = edits.map((one) => {
    const old = one.old.replaceAll('\r\n', '\n');
    const at = text.indexOf(old);
    if (at < 0) throw notFound(path, text, old);
    const second = text.indexOf(old, at + 1);
    if (second >= 0)
      throw new OxiosError('TOOL_INPUT', `the text occurs more than once in ${path}, on lines ${lineOf(text, at)} and ${lineOf(text, second)}`, {
        hint: 'give more of the text around it',
      });
    return { from: at, to: at + old.length, text: one.new.replaceAll('\r\n', '\n') };
  });
  places.sort((a, b) => a.from - b.from);
  const clash = places.find((one, at) => at > 0 && one.from < (places[at - 1]?.to ?? 0));
  if (clash)
    throw new OxiosError('TOOL_INPUT', `two replacements overlap on line ${lineOf(text, clash.from)} of ${path}`, { hint: 'make one replacement of them' });
  return places.toReversed().reduce((all, one) => all.slice(0, one.from) + one.text + all.slice(one.to), text);
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** Says where the text nearly is: the line that begins like it, or differs in white space only. */
function notFound(path: string, text: string, old: string): OxiosError {
  const wanted = squeeze(old.split('\n').find((line) => line.trim() !== '') ?? '');
  const at = wanted === '' ? -1 : text.split('\n').findIndex((line) => squeeze(line) === wanted || (wanted.length > 8 && squeeze(line).includes(wanted)));
  const near = at < 0 ? '' : `; line ${at + 1} is close: ${JSON.stringify(text.split('\n')[at]?.slice(0, 160))}`;
  return new OxiosError('TOOL_INPUT', `the text was not found in ${path}${near}`, { hint: 'read the file and copy the text exactly, with its indentation' });
}

const squeeze = (line: string): string => line.replace(/\s+/gu, ' ').trim();
