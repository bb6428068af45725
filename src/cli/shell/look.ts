import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json } from '../../kernel/json.ts';

/** How the shell looks and what it listens to, before anything else is known. */
export interface Look {
  readonly layout: 'auto' | 'inline' | 'panes';
  readonly theme: string;
  /** Themes of the user's own, as they stand in the configuration; it is checked when the kernel is opened. */
  readonly themes: Readonly<Record<string, unknown>>;
  readonly notify: 'off' | 'bell' | 'desktop';
  readonly vim: boolean;
  readonly mouse: boolean;
  /** What `keys.json` in the home says; undefined: there is none. */
  readonly keys: unknown;
  /** What is wrong with a file that was read, for a notice. */
  readonly wrong: readonly string[];
}

/**
 * Read without a schema: the screen is painted first, and the schema, which refuses what is wrong, loaded then. What does
 * not fit is as if it were not there.
 */
export function lookIn(home: string): Look {
  const wrong: string[] = [];
  const { shell } = objectOf(jsonIn(join(home, 'config.json'), () => undefined));
  const keys = jsonIn(join(home, 'keys.json'), (why) => void wrong.push(why));
  const said = objectOf(shell);
  const of = <T extends string>(key: string, choices: readonly T[]): T => choices.find((one) => one === said[key]) ?? (choices[0] as T);
  return {
    layout: of('layout', ['auto', 'inline', 'panes']),
    theme: typeof said.theme === 'string' && said.theme !== '' ? said.theme : 'auto',
    themes: objectOf(said.themes),
    notify: of('notify', ['off', 'bell', 'desktop']),
    vim: said.vim === true,
    mouse: said.mouse !== false,
    keys,
    wrong,
  };
}

const objectOf = (value: unknown): Record<string, Json> => (isObject((value ?? null) as Json) ? (value as Record<string, Json>) : {});

function jsonIn(file: string, fault: (why: string) => void): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Most people have none; what cannot be read is said when the configuration is checked.
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    fault(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
