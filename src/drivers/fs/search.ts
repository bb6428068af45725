import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OxiosError } from '../../kernel/errors.ts';
import type { FindRequest, HostFs, PathGuard, SearchOutcome, SearchRequest } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';

/** A longer line is cut: minified files would fill the answer. Characters. */
const MAX_LINE = 500;

/** ripgrep over what the guard allows; a pattern it cannot read is TOOL_INPUT with its own words. */
export const search: HostFs['search'] = (request, guard, signal) => {
  const shape = {
    lines: ['--line-number', '--no-heading', '--with-filename', '--null', ...(request.context_lines ? ['--context', String(request.context_lines)] : [])],
    files: ['--files-with-matches'],
    count: ['--count', '--with-filename', '--null'],
  }[request.mode];
  const args = [
    ...shape,
    ...(request.literal ? ['--fixed-strings'] : []),
    ...(request.ignore_case ? ['--ignore-case'] : []),
    ...(request.multiline ? ['--multiline'] : []),
    ...(request.hidden ? ['--hidden', '--glob', '!.git'] : []),
    ...(request.file_type ? ['--type', request.file_type] : []),
    ...(request.globs ?? []).flatMap((glob) => ['--glob', glob]),
    '--regexp',
    request.pattern,
    '--',
    '.',
  ];
  return ripgrep(args, request, guard, signal);
};

/** Paths by name; folders are found through the files in them. */
export const find: HostFs['find'] = async (request, guard, signal) => {
  const args = [
    '--files',
    ...(request.hidden ? ['--hidden', '--glob', '!.git'] : []),
    ...(request.max_depth ? ['--max-depth', String(request.max_depth)] : []),
  ];
  if (request.kind === 'directory') return directories(await ripgrep(args, { ...request, max_results: MAX_FILES }, guard, signal), request);
  return ripgrep([...args, ...(request.glob ? ['--glob', request.glob] : []), '--', '.'], request, guard, signal);
};

/** Files looked through to name the folders that hold them. */
const MAX_FILES = 100_000;

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

interface Wanted {
  readonly under: AbsPath;
  readonly max_results: number;
}

async function ripgrep(
  args: readonly string[],
  wanted: Wanted & Partial<Pick<SearchRequest, 'mode'>>,
  guard: PathGuard,
  signal: AbortSignal,
): Promise<SearchOutcome> {
  const { rgPath } = await import('@vscode/ripgrep');
  const child = spawn(rgPath, ['--no-config', '--no-messages', '--color', 'never', '--sort', 'path', ...args], {
    cwd: wanted.under,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(0, 2000);
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new OxiosError('IO', `ripgrep cannot be started: ${error.message}`, { hint: 'install the package again: npm ci', cause: error })),
    );
    child.once('close', resolve);
  });
  const stop = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const lines: string[] = [];
  let truncated = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const text = shown(line, wanted.under, guard);
    if (text === undefined) continue;
    if (lines.length >= wanted.max_results) {
      truncated = true;
      stop();
      break;
    }
    lines.push(text);
  }
  const code = await closed;
  signal.removeEventListener('abort', stop);
  if (code === 2 && lines.length === 0 && complaint !== '')
    throw new OxiosError('TOOL_INPUT', complaint.trim().split('\n').slice(0, 4).join(' '), {
      hint: 'write the pattern in the syntax of Rust regular expressions, or set literal',
    });
  return { lines, truncated };
}

/** A result line with its path judged; undefined when the guard does not allow the file. Context separators pass. */
function shown(line: string, under: AbsPath, guard: PathGuard): string | undefined {
  if (line === '--') return line;
  const at = line.indexOf('\0');
  const path = (at < 0 ? line : line.slice(0, at)).replace(/^\.\//u, '');
  if (!guard.allows(join(under, path) as AbsPath)) return undefined;
  const rest = at < 0 ? '' : line.slice(at + 1);
  const cut = rest.length > MAX_LINE ? `${rest.slice(0, MAX_LINE)}... (line cut)` : rest;
  return at < 0 ? path : `${path}:${cut}`;
}
