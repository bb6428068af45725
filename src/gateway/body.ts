import type { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import { TOO_LARGE } from './problem.ts';

/** The largest body that is read, bytes (security.md section 8). */
export const MAX_BODY_BYTES = 1024 * 1024;
/** The same where a run begins: a seed or a request of its largest size, with every character escaped. */
export const MAX_RUN_BYTES = 8 * 1024 * 1024;

/**
 * A JSON body of this form. Reading stops at the cap, whatever length was announced. No body at all counts as `{}`.
 * Throws USAGE, or ZodError where the form does not fit.
 */
export async function bodyOf<T>(request: Request, form: z.ZodType<T>, maxBytes = MAX_BODY_BYTES): Promise<T> {
  const text = await textOf(request, maxBytes);
  if (text === '') return form.parse({});
  if (!/^application\/json\s*(;|$)/iu.test(request.headers.get('content-type') ?? ''))
    throw new OxiosError('USAGE', 'the body is not announced as application/json');
  try {
    return form.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new OxiosError('USAGE', 'the body is not JSON', { cause: error });
    throw error;
  }
}

async function textOf(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new OxiosError('USAGE', 'the body is not UTF-8', { cause: error });
  }
}

const tooLarge = (): OxiosError => new OxiosError('USAGE', TOO_LARGE, { hint: 'give large input as a file in the working directory' });
