import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { FindRequest, HostFs, PathGuard, SearchOutcome, SearchRequest } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { notRegular } from './failure.ts';
import { LINK, type Spot, type Walk } from './spot.ts';

/** A longer line is cut: minified files would fill the answer. Characters. */
const MAX_LINE = 500;
/** ripgrep hands out no more of a line than this, so that none is ever held whole. Bytes. */
const MAX_COLUMNS = 4 * MAX_LINE;
/** Files looked through to name the folders that hold them. */
const MAX_FILES = 100_000;
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** ripgrep over what the guard allows, in the folder or on the file that the walk led to. */
export function createSearch(walk: Walk): Pick<HostFs, 'search' | 'find'> {
  return {
    async search(request, guard, signal) {
      const place = enter(walk, request.under, guard);
      try {
        return await ripgrep([...searchArgs(request, place.kind), '--regexp', request.pattern, '--', place.kind === 'file' ? '-' : '.'], {
          place,
          guard,
          signal,
          max: request.max_results,
          paths: request.mode === 'files',
        });
      } finally {
        place.release();
      }
    },
    async find(request, guard, signal) {
      const place = enter(walk, request.under, guard);
      try {
        if (place.kind === 'file') throw new OxiosError('PATH_INVALID', `${place.path} is not a directory`, { hint: 'name the folder that holds it' });
        const folders = request.kind === 'directory';
        const ran = { place, guard, signal, max: folders ? MAX_FILES : request.max_results, paths: true };
        const found = await ripgrep([...findArgs(request), ...(request.glob && !folders ? ['--glob', request.glob] : []), '--', '.'], ran);
        return folders ? await directories(found, request) : found;
      } finally {
        place.release();
      }
    },
  };
}

/** What was opened, so that a swap of its name afterwards changes nothing. */
interface Place {
  readonly kind: 'file' | 'folder';
  readonly path: AbsPath;
  readonly fd: number;
  /** How a child process enters the folder. */
  readonly cwd: string;
  release(): void;
}

function enter(walk: Walk, path: AbsPath, guard: PathGuard): Place {
  const { spot, value: fd } = walk({ path, guard, last: open });
  const release = () => {
    closeSync(fd);
    spot.release();
  };
  try {
    spot.confirm(fd);
    const stats = fstatSync(fd);
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(spot.path, 'a special file');
    const held = `/proc/${process.pid}/fd/${fd}`;
    return { kind: stats.isFile() ? 'file' : 'folder', path: spot.path, fd, cwd: existsSync(held) ? held : spot.path, release };
  } catch (error) {
    release();
    throw error;
  }
}

function open(spot: Spot): number | typeof LINK {
  try {
    return openSync(spot.entry, OPEN);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return LINK;
    throw error;
  }
}

function searchArgs(request: SearchRequest, kind: Place['kind']): readonly string[] {
  const shape = {
    lines: ['--line-number', '--no-heading', '--max-columns', String(MAX_COLUMNS), '--max-columns-preview'],
    files: ['--files-with-matches'],
    count: ['--count'],
  }[request.mode];
  return [
    ...shape,
    '--with-filename',
    '--null',
    ...(request.mode === 'lines' && request.context_lines ? ['--context', String(request.context_lines)] : []),
    ...(request.literal ? ['--fixed-strings'] : []),
    ...(request.ignore_case ? ['--ignore-case'] : []),
    ...(request.multiline ? ['--multiline'] : []),
    ...(kind === 'folder' ? withHidden(request) : []),
    ...(request.file_type ? ['--type', request.file_type] : []),
    ...(request.globs ?? []).flatMap((glob) => ['--glob', glob]),
  ];
}

const findArgs = (request: FindRequest): readonly string[] => [
  '--files',
  '--null',
  ...(request.git ? ['--glob', '**'] : []),
  ...withHidden(request),
  ...(request.ignored ? ['--no-ignore', '--glob', '!node_modules'] : []),
  ...(request.git ? GIT_HEADS : []),
  ...(request.max_depth ? ['--max-depth', String(request.max_depth)] : []),
];

/** The last rule that fits a name holds. */
const GIT_HEADS = ['--glob', '**/.git', '--glob', '!**/.git/*', '--glob', '**/.git/HEAD'];

const withHidden = ({ hidden }: { readonly hidden?: boolean }): readonly string[] => (hidden ? ['--hidden', '--glob', '!.git'] : []);

async function directories(files: SearchOutcome, request: FindRequest): Promise<SearchOutcome> {
  const { default: picomatch } = await import('picomatch');
  const matches = request.glob ? picomatch(request.glob, { basename: !request.glob.includes('/'), dot: request.hidden === true }) : () => true;
  const found = new Set<string>();
  for (const file of files.lines) {
    const names = file.split('/').slice(0, -1);
    for (let n = 1; n <= names.length; n++) found.add(names.slice(0, n).join('/'));
  }
  const all = [...found].filter((path) => matches(path)).sort();
  return { lines: all.slice(0, request.max_results), truncated: files.truncated || all.length > request.max_results };
}

interface Run {
  readonly place: Place;
  readonly guard: PathGuard;
  readonly signal: AbortSignal;
  readonly max: number;
  /** Paths alone, each ended by NUL; else lines. */
  readonly paths: boolean;
}

/** A pattern, glob or file type it cannot read is TOOL_INPUT with its own words. */
async function ripgrep(args: readonly string[], run: Run): Promise<SearchOutcome> {
  const { place, signal } = run;
  const { rgPath } = await import('@vscode/ripgrep');
  if (signal.aborted) return { lines: [], truncated: true };
  const child = spawn(rgPath, ['--no-config', '--no-messages', '--color', 'never', '--sort', 'path', ...args], {
    ...(place.kind === 'folder' ? { cwd: place.cwd } : {}),
    stdio: [place.kind === 'file' ? place.fd : 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  });
  const ended = endOf(child);
  const stop = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const found = await gather(child.stdout, run, stop);
  const { code, complaint } = await ended;
  signal.removeEventListener('abort', stop);
  if (code === 2 && found.lines.length === 0 && complaint !== '')
    throw new OxiosError('TOOL_INPUT', complaint.trim().split('\n').slice(0, 4).join(' '), {
      hint: 'write the pattern in the syntax of Rust regular expressions, or set literal',
    });
  return found;
}

function endOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly complaint: string }> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(0, 2000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new OxiosError('IO', `ripgrep cannot be started: ${error.message}`, { hint: 'install the package again: npm ci', cause: error })),
    );
    child.once('close', (code) => resolve({ code, complaint }));
  });
}

async function gather(stdout: Readable | null, run: Run, stop: () => void): Promise<SearchOutcome> {
  const lines: string[] = [];
  for await (const record of records(stdout, run.paths ? '\0' : '\n')) {
    const text = shown(record, run);
    if (text === undefined) continue;
    if (lines.length >= run.max) {
      stop();
      return { lines, truncated: true };
    }
    lines.push(text);
  }
  return { lines, truncated: false };
}

async function* records(stdout: Readable | null, end: string): AsyncGenerator<string> {
  if (!stdout) return;
  let rest = '';
  for await (const chunk of stdout.setEncoding('utf8')) {
    const found = (rest + String(chunk)).split(end);
    rest = found.pop() ?? '';
    yield* found;
  }
  if (rest !== '') yield rest;
}

/** A record with its path judged: a path, `path\0text`, or the separator between groups of context. Undefined when it is not to be shown. */
function shown(record: string, { place, guard, paths }: Run): string | undefined {
  if (record === '--' && !paths) return record;
  const at = paths ? record.length : record.indexOf('\0');
  if (at < 0) return undefined;
  const name = nameOf(record.slice(0, at), place, guard);
  if (name === undefined || paths) return name;
  const text = record.slice(at + 1).replace(/\r$/u, '');
  return `${name}:${text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}... (line cut)` : text}`;
}

function nameOf(path: string, place: Place, guard: PathGuard): string | undefined {
  if (place.kind === 'file') return basename(place.path);
  const plain = path.replace(/^\.\//u, '');
  return guard.allows(join(place.path, plain) as AbsPath) ? plain : undefined;
}
