/**
 * A body as text: by its byte order mark, else as the server says, else (HTML) as the page itself says in its first kilobyte,
 * else as UTF-8 where it is that, and as Windows-1252 where it is not. What cannot be read becomes U+FFFD.
 */
export function textOf(bytes: Uint8Array, contentType: string): string {
  const named = markOf(bytes) ?? charsetIn(contentType) ?? (isMarkup(contentType) ? charsetIn(latin(bytes.subarray(0, PRESCAN))) : undefined);
  const decoder = decoderFor(named) ?? decoderFor(isUtf8(bytes) ? 'utf-8' : 'windows-1252');
  return decoder?.decode(bytes) ?? '';
}

/** Whether text can be made of a body of this type. */
export const isText = (contentType: string): boolean =>
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|ecmascript|yaml|toml|sql|graphql|x-ndjson|x-sh)\b|image\/svg\+xml|$)/iu.test(
    contentType.trim(),
  );

/** How far HTML is searched for its own word on it, bytes (WHATWG HTML, "prescan"). */
const PRESCAN = 1024;

function markOf([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0xff && b === 0xfe ? 'utf-16le' : undefined;
}

const charsetIn = (text: string): string | undefined => /charset\s*=\s*["']?\s*([\w:.-]+)/iu.exec(text)?.[1];

const isMarkup = (contentType: string): boolean => /html|xml/iu.test(contentType);

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function decoderFor(label: string | undefined) {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    // A name that nobody knows says nothing.
    return undefined;
  }
}

/** A last character that is cut off does not count against it. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
