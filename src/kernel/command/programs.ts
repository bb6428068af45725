/** Programs that only read, in the forms given here. `subcommands`: only these read. `never`: options that make it do more. */
export interface ReadingProgram {
  readonly subcommands?: readonly string[];
  readonly never?: RegExp;
  /** Operands are files that it reads. */
  readonly files?: boolean;
  /** The first operand is a pattern or an expression, not a file, unless one of these options gives it. */
  readonly pattern?: RegExp;
  /** What that expression may look like; anything else makes it do more. */
  readonly expression?: RegExp;
  /** One operand more would be written. */
  readonly most?: number;
}

const files: ReadingProgram = { files: true };
const plain: ReadingProgram = {};
const grep: ReadingProgram = { files: true, pattern: /^(?:-[a-zA-Z]*[ef]|--(?:regexp|file)(?:=|$))/u };

/** `p`, `d`, `q`, `=` and `s` on lines named by number or plain pattern; `w`, `e`, `r` and files of commands are not among them. */
const SED_ADDRESS = String.raw`(?:(?:\d+|\$|/[^/\\;\n]*/)(?:,(?:\d+|\$|/[^/\\;\n]*/))?!?)?`;
const SED_ACTION = String.raw`(?:[pdq=]|s/(?:[^/\\\n]|\\.)*/(?:[^/\\\n]|\\.)*/[gpiI0-9]*|s\|(?:[^|\\\n]|\\.)*\|(?:[^|\\\n]|\\.)*\|[gpiI0-9]*)`;
const SED = new RegExp(`^\\s*${SED_ADDRESS}${SED_ACTION}\\s*(?:;\\s*${SED_ADDRESS}${SED_ACTION}\\s*)*;?$`, 'u');

/** Long options may be shortened to any beginning that is unique. */
export const READING: ReadonlyMap<string, ReadingProgram> = new Map<string, ReadingProgram>([
  ['ls', files],
  ['cat', files],
  ['head', files],
  ['tail', files],
  ['wc', files],
  ['stat', files],
  ['file', { files: true, never: /^(?:-[a-zA-Z]*[mfCzZ]|--(?:m|f|c|u))/u }],
  ['nl', files],
  ['tac', files],
  ['rev', files],
  ['cut', files],
  ['tr', plain],
  ['diff', files],
  ['cmp', files],
  ['comm', files],
  ['paste', files],
  ['join', files],
  ['fold', files],
  ['fmt', files],
  ['column', files],
  ['od', files],
  ['strings', files],
  ['hexdump', files],
  ['md5sum', files],
  ['sha1sum', files],
  ['sha256sum', files],
  ['sha512sum', files],
  ['cksum', files],
  ['du', files],
  ['df', files],
  ['tree', { files: true, never: /^(?:-[a-zA-Z]*[oR]|--o)/u }],
  ['grep', grep],
  ['egrep', grep],
  ['fgrep', grep],
  ['rg', { ...grep, never: /^(?:-[a-zA-Z]*z|--(?:pre|hostname-bin|search-zip))/u }],
  ['find', { files: true, never: /^-(?:exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/u }],
  ['sort', { files: true, never: /^(?:-[a-zA-Z]*[oT]|--(?:o|com|t))/u }],
  ['uniq', { files: true, most: 1 }],
  ['jq', { files: true, pattern: /^$/u, never: /\benv\b|\$ENV|\binput_filename\b|\bimport\b|\binclude\b|^-[a-zA-Z]*[fL]|^--(?:f|raw|sl|arg|l)/u }],
  ['sed', { files: true, pattern: /^$/u, expression: SED, never: /^(?!-[nErsuz]+$|--$|[^-])/u }],
  ['pwd', plain],
  ['echo', plain],
  ['printf', { never: /^-/u }],
  ['true', plain],
  ['false', plain],
  [':', plain],
  ['test', files],
  ['[', files],
  ['date', { files: true, never: /^(?:-[a-zA-Z]*s|--s)/u }],
  ['sleep', plain],
  ['seq', plain],
  ['yes', plain],
  ['basename', plain],
  ['dirname', plain],
  ['realpath', files],
  ['readlink', files],
  ['which', plain],
  ['type', plain],
  ['uname', plain],
  ['id', plain],
  ['whoami', plain],
  ['hostname', { never: /^(?:[^-]|-[a-zA-Z]*[Fb]|--(?:fi|b))/u }],
  ['nproc', plain],
  ['arch', plain],
  ['cd', files],
  ['exit', plain],
  ['return', plain],
  ['break', plain],
  ['continue', plain],
  ['shift', plain],
  ['set', plain],
  ['local', plain],
  ['export', plain],
  ['unset', plain],
  ['read', plain],
  ['wait', plain],
  ['let', plain],
  // Words without a dash and with an `e` show the environment of other programs.
  ['ps', { never: /^(?!-)[a-zA-Z]*e/u }],
  ['free', plain],
  ['uptime', plain],
  ['expr', plain],
  ['bc', files],
  ['xxd', { files: true, most: 1, never: /^-r/u }],
  [
    'git',
    {
      files: true,
      subcommands: ['status', 'diff', 'log', 'show', 'blame', 'ls-files', 'rev-parse', 'describe', 'shortlog', 'grep', 'cat-file', 'ls-tree'],
      never: /^(?:-c|-o|-O|-C$|-C\/|--(?:exec|config|ou|ext|textc|op|upl|git-d|work|no-in|cont|fi))/u,
    },
  ],
]);

/** Builtins that set the variables in their arguments. */
export const SETTERS: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly', 'read', 'unset', 'getopts', 'mapfile', 'readarray']);

/** Builtins that reckon with their arguments when these look like this. */
export const EVALUATORS: ReadonlyMap<string, RegExp> = new Map([
  ['let', /\D/u],
  ['test', /(?:^| )-[vR] /u],
  ['[', /(?:^| )-[vR] /u],
  ...['export', 'declare', 'typeset', 'local', 'readonly', 'read', 'unset', 'printf', 'wait'].map((name) => [name, /\[.*\]|-[a-zA-Z]*i/u] as const),
]);

/** Shells that read the same language, whose `-c` argument is a script again. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash']);

/** Commands that run text which cannot be judged. */
export const OPAQUE: ReadonlySet<string> = new Set(['eval', 'source', '.', 'trap', 'coproc', 'enable', 'alias', 'hash']);
