import type { Finding } from './report.ts';

/** Larger files are no specification. Bytes. */
const MAX_SEED_BYTES = 1_000_000;

export type Decoded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string; readonly finding: Finding };

/** Bytes to text: size, UTF-8, one byte order mark, and only the characters YAML 1.1 calls printable. */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.byteLength > MAX_SEED_BYTES) return refuse('file.size', `${bytes.byteLength} bytes; a seed has at most ${MAX_SEED_BYTES}`, SIZE_HINT);
  const text = utf8(bytes);
  if (text === undefined) return refuse('file.encoding', `the file is not UTF-8${encodingGuess(bytes)}`, 'save it as UTF-8');
  const at = text.search(NOT_PRINTABLE);
  if (at < 0) return { ok: true, text };
  const unit = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const finding: Finding = {
    code: 'file.character',
    at,
    message: `the character U+${unit} may not stand in a seed`,
    hint: 'remove it, or write it as an escape in double quotes',
  };
  return { ok: false, text, finding };
}

const SIZE_HINT = 'keep material in files of the workspace and name them in the seed';

/** YAML 1.1's printable set, less the line separators handled by the syntax check. */
const NOT_PRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const refuse = (code: 'file.size' | 'file.encoding', message: string, hint: string): Decoded => ({
  ok: false,
  text: '',
  finding: { code, at: 0, message, hint },
});

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function encodingGuess(bytes: Uint8Array): string {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) ? ' but UTF-16' : '';
}
