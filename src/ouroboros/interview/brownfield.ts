import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { OBSTACLE, pauseOn } from '../pause.ts';

/** Something that was seen in the project, and where: `path:line`. It is a fact, and no wish of anybody. */
export interface Observation {
  readonly at: string;
  readonly text: string;
}

/** What is there already, found without a model. */
export interface Project {
  readonly brownfield: boolean;
  readonly observations: readonly Observation[];
  /** Names of packages it depends on. */
  readonly dependencies: readonly string[];
  /** How it is laid out and worked with, a line each. */
  readonly patterns: readonly string[];
}

/** What the `survey` tool saw. */
export interface Survey {
  /** Workspace-relative, sorted. */
  readonly names: readonly string[];
  /** There are more. */
  readonly truncated: boolean;
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly git: boolean;
}

const SURVEY = z.object({
  names: z.array(z.string()),
  truncated: z.boolean(),
  texts: z.array(z.object({ path: z.string(), text: z.string() })),
  git: z.boolean(),
});

const LIMITS = { max_bytes: 32_768, max_files: 3000, max_depth: 8 } as const;

/** Looks the working directory over, through the gate. A folder that may not be read is one in which nothing is known. */
export async function lookAround(ctx: BodyContext): Promise<Project> {
  const seen = await ctx.invoke('survey', { read: [...Object.keys(READERS), ...SPEAKING], ...LIMITS });
  const survey = SURVEY.safeParse(seen.details);
  if (survey.success) return projectIn(survey.data);
  const obstacle = OBSTACLE.safeParse(seen.details);
  if (obstacle.success) pauseOn(obstacle.data);
  return { brownfield: false, observations: [], dependencies: [], patterns: [] };
}

/** Pure: a project is there where a manifest or source files are. */
export function projectIn(survey: Survey): Project {
  const found = survey.texts.map(({ path, text }) => ({ path, ...(READERS[path]?.(path, text) ?? NOTHING) }));
  const manifests = found.filter((one) => one.path in READERS);
  const sources = survey.names.filter((name) => SOURCE.test(name));
  const brownfield = manifests.length > 0 || sources.length > 0;
  if (!brownfield) return { brownfield, observations: [], dependencies: [], patterns: [] };
  const speaking = survey.texts.flatMap(({ path, text }) => (SPEAKING.includes(path) ? (heading(path, text) ?? []) : []));
  const first = sources.slice(0, MAX_SOURCES).map((path) => ({ at: `${path}:1`, text: 'a source file' }));
  return {
    brownfield,
    observations: [...manifests.flatMap((one) => one.observations), ...speaking, ...first].slice(0, MAX_OBSERVATIONS),
    dependencies: [...new Set(manifests.flatMap((one) => one.dependencies))].slice(0, MAX_NAMES),
    patterns: patternsOf(survey, sources),
  };
}

const MAX_OBSERVATIONS = 30;
const MAX_SOURCES = 10;
const MAX_NAMES = 30;

const SOURCE =
  /\.([cm]?[jt]sx?|py|rs|go|java|kt|kts|c|h|cc|cpp|hpp|cxx|rb|php|cs|swift|scala|lua|exs?|erl|clj[cs]?|hs|ml|mli|zig|dart|vue|svelte|sh|bash|pl|r|jl|sql|nim|f90|m|mm)$/iu;
const TEST = /(^|\/)(tests?|spec|__tests__|e2e)\/|[._-](test|spec)\.|(^|\/)test_/iu;

interface Found {
  readonly observations: readonly Observation[];
  readonly dependencies: readonly string[];
}
const NOTHING: Found = { observations: [], dependencies: [] };
type Reader = (path: string, text: string) => Found;

/** Files that say what a project is, and what is read in them. */
const READERS: Readonly<Record<string, Reader>> = {
  'package.json': npm,
  'pyproject.toml': lines(/^\s*(name|requires-python|version)\s*=/u),
  'requirements.txt': (path, text) => ({ ...lines(/^[A-Za-z0-9]/u)(path, text), dependencies: namesIn(text, /^([A-Za-z0-9._-]+)/u) }),
  'setup.py': lines(/\b(name|python_requires|entry_points)\s*=/u),
  'Cargo.toml': lines(/^\s*(name|edition|rust-version)\s*=/u),
  'go.mod': (path, text) => ({ ...lines(/^(module|go)\s/u)(path, text), dependencies: namesIn(text, /^\s+([\w.-]+\.[\w./-]+)\s+v/u) }),
  Makefile: lines(/^[\w.-]+\s*:(?!=)/u),
  'pom.xml': lines(/<(artifactId|packaging|java\.version)>/u),
  'build.gradle': lines(/^\s*(id|implementation|rootProject)/u),
  Gemfile: (path, text) => ({ ...lines(/^(source|ruby)\b/u)(path, text), dependencies: namesIn(text, /^\s*gem\s+['"]([^'"]+)/u) }),
  'composer.json': lines(/^\s*"(name|type|php)"\s*:/u),
  'CMakeLists.txt': lines(/^\s*(project|add_executable|add_library)\s*\(/iu),
  'mix.exs': lines(/\bapp:\s/u),
  'deno.json': lines(/^\s*"(name|tasks|imports)"\s*:/u),
  'tsconfig.json': lines(/^\s*"(module|target|strict)"\s*:/u),
};

/** Texts for people: they are no manifest, and say what a project is for. */
const SPEAKING: readonly string[] = ['README.md', 'README', 'AGENTS.md', 'CONTRIBUTING.md'];

/** Of one file. */
const MAX_LINES = 8;
const MAX_TEXT = 160;

const observed = (path: string, at: number, line: string): Observation => ({ at: `${path}:${at + 1}`, text: line.trim().slice(0, MAX_TEXT) });

function lines(wanted: RegExp): Reader {
  return (path, text) => ({
    observations: text
      .split('\n')
      .flatMap((line, at) => (wanted.test(line) ? [observed(path, at, line)] : []))
      .slice(0, MAX_LINES),
    dependencies: [],
  });
}

const namesIn = (text: string, name: RegExp): readonly string[] => text.split('\n').flatMap((line) => name.exec(line)?.[1] ?? []);

const PACKAGE = z.looseObject({
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
  scripts: z.record(z.string(), z.unknown()).optional(),
});

function npm(path: string, text: string): Found {
  const read = PACKAGE.safeParse(jsonOf(text));
  if (!read.success) return { observations: [observed(path, 0, 'a package.json that cannot be read')], dependencies: [] };
  const { dependencies = {}, devDependencies = {}, scripts = {} } = read.data;
  const keys = ['name', 'type', 'main', 'bin', 'engines', ...Object.keys(scripts)];
  const rows = text.split('\n');
  const found = keys.flatMap((key) => {
    const at = rows.findIndex((row) => row.includes(`${JSON.stringify(key)}:`));
    return at < 0 ? [] : [[at, rows[at] ?? ''] as const];
  });
  const distinct = [...new Map(found).entries()].sort(([a], [b]) => a - b);
  return {
    observations: distinct.slice(0, MAX_LINES).map(([at, row]) => observed(path, at, row)),
    dependencies: [...Object.keys(dependencies), ...Object.keys(devDependencies)],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said by the caller.
    return undefined;
  }
}

/** The first line that says something. */
function heading(path: string, text: string): Observation | undefined {
  const at = text.split('\n').findIndex((line) => line.trim() !== '');
  return at < 0 ? undefined : observed(path, at, text.split('\n')[at] ?? '');
}

function patternsOf({ names, truncated, git }: Survey, sources: readonly string[]): readonly string[] {
  const kinds = Map.groupBy(sources, (name) => name.slice(name.lastIndexOf('.') + 1));
  const counted = [...kinds].map(([kind, files]) => [kind, files.length] as const).sort(([, a], [, b]) => b - a);
  const folders = [...new Set(names.flatMap((name) => (name.includes('/') ? [name.slice(0, name.indexOf('/'))] : [])))];
  const tests = names.filter((name) => TEST.test(name));
  return [
    ...(sources.length === 0
      ? []
      : [
          `${truncated ? 'at least ' : ''}${sources.length} source ${sources.length === 1 ? 'file' : 'files'}: ${counted.map(([kind, count]) => `${count} .${kind}`).join(', ')}`,
        ]),
    ...(folders.length === 0 ? [] : [`folders: ${folders.slice(0, MAX_NAMES).join(', ')}`]),
    ...(tests.length === 0 ? [] : [`tests such as ${tests.slice(0, 3).join(', ')}`]),
    ...(git ? ['kept in Git'] : []),
  ];
}
