import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/ids.ts';
import { imageType, MAX_IMAGE } from '../kernel/image.ts';
import { defineTool, type ToolResult } from '../kernel/tool.ts';
import { seen } from './seen.ts';

const MAX_LINES = 2000;
const MAX_BYTES = 50 * 1024;
/** Larger files are read in part only, and cannot be edited. */
const MAX_FILE = 20 * 1024 * 1024;
const BEYOND = 'use a program such as sed -n for what lies beyond';

const input = z.object({
  path: z.string().describe('file to read'),
  offset: z.number().int().positive().optional().describe('first line, from 1'),
  limit: z.number().int().positive().optional().describe('how many lines'),
});

export const read = defineTool<z.infer<typeof input>>({
  name: 'read',
  summary: `Read a text file or an image. Gives at most ${MAX_LINES} lines or ${MAX_BYTES / 1024} KB and says how to go on. Lines come exactly as they are in the file.`,
  input,
  effect: 'read',
  audience: 'model',
  needs: ({ path }, sys) => [{ on: 'fs', right: 'read', under: sys.resolve(path) }],
  describe: ({ path }) => `read ${path}`,
  async run({ path, offset = 1, limit = MAX_LINES }, sys) {
    const file = await sys.fs.read(sys.resolve(path), { limit: MAX_FILE });
    const mime = imageType(file.bytes);
    if (mime) return imageResult(path, mime, file.bytes);
    if (isBinary(file.bytes)) return { ok: false, text: `${path} is a binary file of ${file.size} bytes. Look at it with a program, such as file or xxd.` };
    if (file.bytes.length === file.size) seen(sys.notes).set(file.path, sha256(file.bytes));
    if (file.size === 0) return { ok: true, text: `[${path} is empty]` };
    const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(file.bytes);
    return page({ path, text, unread: file.size - file.bytes.length }, offset, Math.min(limit, MAX_LINES));
  },
});

interface Text {
  readonly path: string;
  readonly text: string;
  /** Bytes of the file behind the text. */
  readonly unread: number;
}

function page(whole: Text, offset: number, limit: number): ToolResult {
  const { path, text, unread } = whole;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (offset > lines.length)
    throw new OxiosError('TOOL_INPUT', `${path} has ${lines.length} lines, offset ${offset} is behind its end`, {
      hint: unread > 0 ? BEYOND : 'give an offset within the file',
    });
  const taken: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(offset - 1, offset - 1 + limit)) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_BYTES && taken.length > 0) break;
    taken.push(bytes > MAX_BYTES ? `${Buffer.from(line).subarray(0, MAX_BYTES).toString('utf8')} [line cut]` : line);
  }
  const next = offset + taken.length;
  return {
    ok: true,
    text: taken.join('\n') + moreOf(whole, { offset, next, count: lines.length }),
    details: { path, lines: lines.length, from: offset, to: next - 1 },
  };
}

/** How to go on. */
function moreOf({ unread }: Text, { offset, next, count }: { readonly offset: number; readonly next: number; readonly count: number }): string {
  if (next <= count) return `\n[lines ${offset}-${next - 1} of ${count}${unread > 0 ? ' or more' : ''}; go on with offset ${next}]`;
  return unread > 0 ? `\n[${unread} bytes more; ${BEYOND}]` : '';
}

function imageResult(path: string, mime: string, bytes: Uint8Array): ToolResult {
  if (bytes.length > MAX_IMAGE)
    return { ok: false, text: `${path} is an image of ${bytes.length} bytes, more than the ${MAX_IMAGE} that can be shown. Make it smaller first.` };
  return { ok: true, text: `[${mime}, ${bytes.length} bytes]`, images: [{ mime, base64: Buffer.from(bytes).toString('base64') }] };
}

/** A NUL in the first 8 KB, as Git decides it. */
const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 8192).includes(0);
