/** Programs that only read, in the forms given here. `subcommands`: only these read. `never`: options that make it do more. */
export interface ReadingProgram {
  readonly subcommands?: readonly string[];
  readonly never?: RegExp;
  /** Operands are files that it reads. */
  readonly files?: boolean;
  /** The first operand is a pattern or an expression, not a file. */
  readonly patternFirst?: boolean;
}

const files: ReadingProgram = { files: true };
const plain: ReadingProgram = {};

export const READING: Readonly<Record<string, ReadingProgram>> = {
  ls: files,
  cat: files,
  head: files,
  tail: files,
  wc: files,
  stat: files,
  file: files,
  nl: files,
  tac: files,
  rev: files,
  cut: files,
  tr: plain,
  diff: files,
  cmp: files,
  comm: files,
  paste: files,
  join: files,
  fold: files,
  fmt: files,
  column: files,
  od: files,
  strings: files,
  hexdump: files,
  md5sum: files,
  sha1sum: files,
  sha256sum: files,
  sha512sum: files,
  cksum: files,
  du: files,
  df: files,
  tree: { files: true, never: /^-o/u },
  grep: { files: true, patternFirst: true },
  egrep: { files: true, patternFirst: true },
  fgrep: { files: true, patternFirst: true },
  rg: { files: true, patternFirst: true, never: /^--(pre|hostname-bin|search-zip)/u },
  find: { files: true, never: /^-(exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/u },
  sort: { files: true, never: /^(-o|--output|--compress-program|-T|--temporary-directory)/u },
  uniq: files,
  jq: { files: true, patternFirst: true },
  sed: { files: true, patternFirst: true, never: /^(-i|--in-place|-[a-zA-Z]*i|-[nErsuz]*f|--file|-e)|[we]\s*\/|;\s*[we]\b|\/[gip0-9]*[we]/u },
  pwd: plain,
  echo: plain,
  printf: plain,
  true: plain,
  false: plain,
  ':': plain,
  test: files,
  '[': files,
  date: { never: /^(-s|--set)/u },
  sleep: plain,
  seq: plain,
  yes: plain,
  basename: plain,
  dirname: plain,
  realpath: files,
  readlink: files,
  which: plain,
  type: plain,
  uname: plain,
  id: plain,
  whoami: plain,
  hostname: { never: /^[^-]/u },
  nproc: plain,
  arch: plain,
  cd: files,
  exit: plain,
  return: plain,
  break: plain,
  continue: plain,
  shift: plain,
  set: plain,
  local: plain,
  export: plain,
  unset: plain,
  read: plain,
  wait: plain,
  command: plain,
  let: plain,
  ps: plain,
  free: plain,
  uptime: plain,
  expr: plain,
  bc: plain,
  xxd: { files: true, never: /^-r/u },
  git: {
    subcommands: ['status', 'diff', 'log', 'show', 'blame', 'ls-files', 'rev-parse', 'describe', 'shortlog', 'grep', 'cat-file', 'ls-tree'],
    never: /^(-c|--exec-path|--config-env|--output|-o|--ext-diff|--textconv|--open-files-in-pager|-O.*|--upload-pack|--git-dir|--work-tree|-C)/u,
  },
};

/** Programs that run the program in their arguments; options with a value are listed. */
export const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  env: ['-u', '--unset', '-C', '--chdir', '-S', '--split-string'],
  nohup: [],
  timeout: ['-s', '--signal', '-k', '--kill-after'],
  nice: ['-n', '--adjustment'],
  ionice: ['-c', '-n', '-p'],
  setsid: [],
  stdbuf: ['-i', '-o', '-e'],
  time: ['-f', '-o'],
  sudo: ['-u', '-g', '-h', '-p', '-C', '-T'],
  doas: ['-u', '-C'],
  xargs: ['-I', '-n', '-P', '-L', '-d', '-E', '-s', '-a'],
  busybox: [],
  command: [],
  exec: ['-a'],
  builtin: [],
};

/** Shells whose `-c` argument is a script again. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash']);

/** Commands that run text which cannot be judged. */
export const OPAQUE: ReadonlySet<string> = new Set(['eval', 'source', '.', 'trap', 'coproc', 'enable', 'alias', 'hash']);
