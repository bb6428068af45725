import { basename } from 'node:path';
import picomatch from 'picomatch';
import { isUnder } from '../capability.ts';
import type { AbsPath } from '../ids.ts';
import { sightOf } from './sight.ts';
import { fromPlace, type ParsedCommand, type SimpleCommand } from './simple.ts';

type Parsed = Extract<ParsedCommand, { ok: true }>;

/** These say of a file only that it is there, and how large. */
const OF_NAMES = new Set(['ls', 'find', 'tree', 'du', 'df', 'stat', 'test', '[', 'cd', 'pwd', 'realpath', 'readlink', 'file', 'basename', 'dirname']);

/** Goes down into the working directory when it is told no file. */
const searches = ({ program, args }: SimpleCommand): boolean =>
  program === 'rg' || (/^(?:e|f)?grep$/u.test(program) && args.some((arg) => /^(?:-[a-zA-Z]*[rR]|--(?:de|rec))/u.test(arg ?? '')));

/**
 * Which of some files the script may open without naming them: in a folder that it reads, or by a pattern. Doubt is against
 * the script: where a pattern is used in another folder, the name decides.
 */
export function opensUnnamed(parsed: Parsed, files: readonly AbsPath[], resolve: (path: string) => AbsPath): AbsPath | undefined {
  const places = parsed.commands.flatMap((one) => (OF_NAMES.has(one.program) ? [] : placesOf(one)));
  return files.find((file) => places.some((place) => (isPattern(place) ? matches(place, file) : isUnder(file, resolve(place)))));
}

function placesOf(one: SimpleCommand): readonly string[] {
  const { files, at, reads } = sightOf(one);
  const named = reads
    ? files.flatMap((use) => (use.right === 'read' && use.path !== undefined ? (use.at ?? at ?? ['.']).map((from) => fromPlace(from, use.path ?? '')) : []))
    : [];
  // What Git does not keep it finds in the folder.
  if (one.program === 'git') return one.args.includes('--untracked') ? [...named, '.'] : named;
  return named.length === 0 && searches(one) ? ['.'] : named;
}

const isPattern = (place: string): boolean => /[*?[{]/u.test(place);

/** A folder in the pattern may stand for any. */
const matches = (place: string, file: AbsPath): boolean =>
  picomatch(basename(place), { dot: true })(basename(file)) || place.slice(0, -basename(place).length).includes('*');
