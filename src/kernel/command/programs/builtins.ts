/** Builtins that set the variables in their arguments. */
export const SETTERS: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly', 'read', 'unset', 'getopts', 'mapfile', 'readarray']);

/** Builtins that reckon with their arguments when these look like this. */
export const EVALUATORS: ReadonlyMap<string, RegExp> = new Map([
  ['let', /\D/u],
  ['test', /(?:^| )-[vR] /u],
  ['[', /(?:^| )-[vR] /u],
  ...['export', 'declare', 'typeset', 'local', 'readonly', 'read', 'unset', 'printf', 'wait'].map((name) => [name, /\[.*\]|-[a-zA-Z]*i/u] as const),
]);

/** Shells whose language this is nearly: what they are told is judged, and takes a grant of the shell as well. */
export const OTHER_SHELLS: ReadonlySet<string> = new Set(['zsh', 'ksh', 'mksh', 'yash', 'fish', 'csh', 'tcsh']);

/** Shells, whose `-c` argument is a script again. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'rbash', 'posh', ...OTHER_SHELLS]);

/** Other programs that run what stands on their input. */
export const INTERPRETERS: ReadonlySet<string> = new Set([
  ...['pwsh', 'elvish', 'nu', 'xonsh'],
  ...[
    'python',
    'python2',
    'python3',
    'node',
    'nodejs',
    'deno',
    'bun',
    'tsx',
    'perl',
    'ruby',
    'php',
    'lua',
    'luajit',
    'tclsh',
    'Rscript',
    'osascript',
    'at',
    'batch',
  ],
]);

/** Builtins that change what names stand for, or load code: what follows them cannot be told. */
export const OPAQUE: ReadonlySet<string> = new Set(['enable', 'alias', 'unalias', 'hash', 'complete', 'compgen', 'bind', 'fc']);
