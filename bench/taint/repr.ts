import type { Json } from '../../src/kernel/json.ts';

/**
 * A result as the traces have it, the way Python prints its objects, as the JSON a tool server answers with. Undefined when
 * it is plain text.
 */
export function jsonOf(text: string): Json | undefined {
  const reader = createReader(text);
  try {
    const value = /^\w+=/u.test(text) ? reader.fields(() => reader.isAtEnd()) : reader.value();
    return reader.isAtEnd() && typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Reader {
  value(): Json;
  /** `name=value` pairs, with or without commas between them. */
  fields(isEnd: () => boolean): Json;
  isAtEnd(): boolean;
}

function createReader(text: string): Reader {
  const signs = createSigns(text);
  const { eat, match, fail } = signs;
  const list = (end: string): Json[] => {
    const items: Json[] = [];
    while (!eat(end)) {
      items.push(value());
      eat(',');
    }
    return items;
  };
  const pairs = (): Json => {
    const found: Record<string, Json> = {};
    while (!eat('}')) {
      const key = String(value());
      if (!eat(':')) fail();
      found[key] = value();
      eat(',');
    }
    return found;
  };
  const fields = (isEnd: () => boolean): Json => {
    const found: Record<string, Json> = {};
    while (!isEnd()) {
      const name = match(/\w+/uy) ?? fail();
      if (!eat('=')) fail();
      found[name] = value();
      eat(',');
    }
    return found;
  };
  const named = (): Json => {
    const name = match(/[\w.]+/uy) ?? fail();
    if (name in CONSTANTS) return CONSTANTS[name] ?? null;
    if (!eat('(')) return name;
    return name.startsWith('datetime') ? list(')').join('-') : fields(() => eat(')'));
  };
  const value = (): Json => {
    const quoted = match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/suy);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|.)/gsu, (_, code: string) => ESCAPES[code] ?? unescaped(code));
    if (eat('[')) return list(']');
    if (eat('(')) return list(')');
    if (eat('{')) return pairs();
    const number = match(/-?\d+(?:\.\d+)?/uy);
    return number === undefined ? named() : Number(number);
  };
  return { value, fields, isAtEnd: signs.isAtEnd };
}

/** Takes signs off the text, white space before them. */
function createSigns(text: string) {
  let at = 0;
  const space = (): void => {
    while (/\s/u.test(text[at] ?? '')) at += 1;
  };
  return {
    eat(sign: string): boolean {
      space();
      if (!text.startsWith(sign, at)) return false;
      at += sign.length;
      return true;
    },
    match(pattern: RegExp): string | undefined {
      space();
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0];
      at += found?.length ?? 0;
      return found;
    },
    fail(): never {
      throw new SyntaxError(`not a value: ${text.slice(at, at + 20)}`);
    },
    isAtEnd() {
      space();
      return at >= text.length;
    },
  };
}

const CONSTANTS: Readonly<Record<string, Json>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const unescaped = (code: string): string => (code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code);
