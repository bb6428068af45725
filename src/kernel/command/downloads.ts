import { normalize } from 'node:path';
import { INTERPRETERS, SHELLS } from './programs/builtins.ts';
import { kindOf } from './programs.ts';
import { sightOf } from './sight.ts';
import type { ParsedCommand, SimpleCommand } from './simple.ts';

const FETCHES = new Set(['curl', 'wget', 'aria2c', 'scp', 'fetch']);

/** A file that the script fetches from the network and then runs; undefined when there is none. */
export function downloadedAndRun(parsed: Extract<ParsedCommand, { ok: true }>): string | undefined {
  const fetching = parsed.commands.filter((one) => FETCHES.has(one.program));
  if (fetching.length === 0) return undefined;
  const files = [...fetching.flatMap((one) => sightOf(one).files), ...parsed.redirects].flatMap((use) =>
    use.right === 'write' && use.path ? [normalize(use.path)] : [],
  );
  const named = new Set([...files, ...fetching.flatMap(nameOf)]);
  return parsed.commands.map(runs).find((file) => file !== undefined && named.has(normalize(file)));
}

/** With `-O`, and by itself `wget`, takes the last part of the address for the name. */
const nameOf = (one: SimpleCommand): readonly string[] => one.args.flatMap((arg) => /^https?:\/\/[^?#]*\/([^/?#]+)/iu.exec(arg ?? '')?.[1] ?? []);

/** The file that a call runs. */
function runs(one: SimpleCommand): string | undefined {
  if (one.program.includes('/')) return one.program;
  if (!SHELLS.has(one.program) && !INTERPRETERS.has(kindOf(one.program))) return undefined;
  return one.args.find((arg) => arg !== undefined && !arg.startsWith('-'));
}
