import { INTERPRETERS, SHELLS } from './programs/builtins.ts';
import { ask, has, type Seen, spare, valuesOf } from './seen.ts';

const DESTROYERS = /^(?:rm|shred|unlink|truncate|dd|mv|chmod|chown)$/u;

/** Programs whose words say in their own way which files they change. */
export const FILE_PROGRAMS: Readonly<Record<string, (seen: Seen) => void>> = {
  rm(seen) {
    if (has(seen, '-r', '-R', '--recursive')) for (const path of seen.leaf.operands) if (path !== undefined) seen.razes.push({ path });
  },
  trash: (seen) => razesAll(seen),
  mv(seen) {
    for (const path of seen.leaf.operands.slice(0, -1)) if (path !== undefined) seen.razes.push({ path, sparesWorkspace: true });
  },
  chmod(seen) {
    if (has(seen, '-R', '--recursive')) razesAll(seen, 1);
    const [mode = ''] = seen.leaf.operands;
    if (/^[2467]\d{3}$|[ugoa]*[+=][rwxX]*s/u.test(mode)) ask(seen, `${mode} lets others take the rights of its owner`, 'chmod:s');
  },
  chown: (seen) => has(seen, '-R', '--recursive') && razesAll(seen, 1),
  chgrp: (seen) => has(seen, '-R', '--recursive') && razesAll(seen, 1),
  find,
  fd(seen) {
    if (!has(seen, '-x', '-X', '--exec', '--exec-batch')) return;
    ask(seen, 'runs a program for each file it finds');
  },
  dd(seen) {
    for (const word of seen.leaf.operands) {
      const [, key, path] = /^(if|of)=(.+)$/su.exec(word ?? '') ?? [];
      if (path !== undefined) seen.files.push({ path, right: key === 'of' ? 'write' : 'read' });
    }
  },
  tar,
  unzip(seen) {
    if (has(seen, '-l', '-t', '-v', '-Z', '-p')) return;
    const [archive] = seen.leaf.operands;
    if (archive !== undefined) seen.files.push({ path: archive, right: 'read' });
    if (!has(seen, '-d')) seen.files.push({ path: '.', right: 'write' });
  },
  split(seen) {
    const [, prefix] = seen.leaf.operands;
    if (prefix !== undefined) seen.files.push({ path: prefix, right: 'write' });
  },
  make: (seen) => folders(seen, '-C', '--directory'),
  gmake: (seen) => folders(seen, '-C', '--directory'),
  npm: (seen) => folders(seen, '--prefix', '-C', '--cwd', '--dir'),
  pnpm: (seen) => folders(seen, '--prefix', '-C', '--dir'),
  yarn: (seen) => folders(seen, '--cwd'),
  cargo: (seen) => folders(seen, '-C'),
  go: (seen) => folders(seen, '-C'),
};

function razesAll(seen: Seen, from = 0): void {
  for (const path of seen.leaf.operands.slice(from)) if (path !== undefined) seen.razes.push({ path, sparesWorkspace: true });
}

/** Works in another folder: that must be open to it. */
function folders(seen: Seen, ...names: readonly string[]): void {
  for (const path of valuesOf(seen, ...names)) if (path !== undefined) seen.files.push({ path, right: 'read' });
}

/** With `-exec` of a program that only reads, it reads; that program is judged by itself. */
function find(seen: Seen): void {
  const { args } = seen.one;
  const run = args.flatMap((arg, at) => (arg !== undefined && /^-(?:exec|execdir|ok|okdir)$/u.test(arg) ? [args[at + 1] ?? ''] : []));
  if (run.length > 0 && run.every(isDirect) && seen.leaf.options.every((one) => !one.does || /^-exec(?:dir)?$/u.test(one.name))) seen.reads = true;
  if (!has(seen, '-delete') && !run.some((name) => DESTROYERS.test(name.replace(/^.*\//u, '')))) return;
  const roots = seen.leaf.operands.filter((path) => path !== undefined);
  for (const path of roots.length > 0 ? roots : ['.']) seen.razes.push({ path, sparesWorkspace: true });
}

/** No shell and no path: the name says what it is. */
const isDirect = (name: string): boolean => /^[\w.-]+$/u.test(name) && !SHELLS.has(name) && !INTERPRETERS.has(name);

const COMPRESSORS = /^(?:gzip|pigz|bzip2|pbzip2|lbzip2|xz|pixz|zstd|zstdmt|lz4|lzip|plzip|lzma|lzop|brotli)(?: -(?:\d+|T\d+|k|-long(?:=\d+)?|-threads=\d+))*$/u;

function tar(seen: Seen): void {
  const makes = has(seen, '-c', '--create', '-r', '--append', '-u', '--update', '-A', '--concatenate', '--delete');
  compressed(seen);
  for (const path of valuesOf(seen, '-f', '--file')) archive(seen, path, makes ? 'write' : 'read');
  const target = valuesOf(seen, '-C', '--directory').at(-1) ?? '.';
  if (makes) packed(seen, target);
  if (has(seen, '-x', '--extract', '--get') && !has(seen, '-O', '--to-stdout')) seen.files.push({ path: target, right: 'write' });
  if (has(seen, '-t', '--list') && !makes && seen.hazards.length === 0 && !seen.leaf.open) seen.reads = true;
}

/** Known compressors are no programs of somebody else. */
function compressed(seen: Seen): void {
  if (valuesOf(seen, '-I', '--use-compress-program').every((value) => value !== undefined && COMPRESSORS.test(value)))
    spare(seen, (one) => / (?:-I|--use-compress-program) /u.test(one.reason));
}

function archive(seen: Seen, path: string | undefined, right: 'read' | 'write'): void {
  if (path === undefined || path === '-') return;
  if (/^[^/]+:/u.test(path)) ask(seen, `${path} is an archive on another machine`);
  else seen.files.push({ path, right });
}

function packed(seen: Seen, from: string): void {
  for (const path of seen.leaf.operands) if (path !== undefined) seen.files.push({ path: from === '.' ? path : `${from}/${path}`, right: 'read' });
}
