/** A program that runs the program in its arguments. */
export interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued?: string;
  /** Operands of its own before the program. */
  readonly operands?: number;
  /** The words that come before the program: `run` of `uv run`. */
  readonly after?: readonly string[];
  /** Options that make it do more than run a program: then nothing is taken off. */
  readonly never?: RegExp;
  /** Options under which it runs text that cannot be told: refused. */
  readonly hides?: RegExp;
  /** With these it only asks about the program. */
  readonly asks?: RegExp;
  /** It adds words to the arguments that are known only when it runs. */
  readonly adds?: boolean;
  /** By itself it changes nothing. */
  readonly harmless?: boolean;
  /** Whoever may run it may run what it runs: no grant of its own for that. */
  readonly covers?: boolean;
  /** The option whose value is a script for a shell. */
  readonly script?: RegExp;
  /** Its words together are a script for a shell. */
  readonly joins?: boolean;
}

const plain: Wrapper = { harmless: true };
const runner = (...after: readonly string[]): Wrapper => ({
  after,
  covers: true,
  valued: '-p --package --with --python --extra --group --env-file --directory --project -C',
});

export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  // -S splits a text into words, -C changes the folder that paths are relative to.
  ['env', { valued: '-u --unset', hides: /^(?:-[a-zA-Z0]*S|--s)/u, never: /^(?:-[a-zA-Z0]*C|--c)/u, harmless: true }],
  ['nohup', plain],
  ['timeout', { valued: '-s --signal -k --kill-after', operands: 1, harmless: true }],
  ['gtimeout', { valued: '-s --signal -k --kill-after', operands: 1, harmless: true }],
  ['nice', { valued: '-n --adjustment', harmless: true }],
  ['ionice', { valued: '-c -n --class --classdata', never: /^(?:-[pPu]|--(?:pid|pgid|uid))/u, harmless: true }],
  ['setsid', plain],
  ['stdbuf', { valued: '-i -o -e --input --output --error', harmless: true }],
  ['unbuffer', plain],
  ['time', { valued: '-f --format', never: /^(?:-[a-zA-Z]*o|--o)/u, harmless: true }],
  ['command', { asks: /^-[pvV]*[vV]/u, harmless: true }],
  ['builtin', plain],
  ['exec', { valued: '-a', harmless: true }],
  ['noglob', plain],
  ['nocorrect', plain],
  ['caffeinate', { valued: '-t -w', harmless: true }],
  ['arch', { valued: '-arch', harmless: true }],
  ['faketime', { operands: 1, harmless: true }],
  [
    'xargs',
    {
      valued: '-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --max-chars --arg-file --process-slot-var --replace --max-lines --eof',
      adds: true,
      harmless: true,
    },
  ],
  ['chronic', plain],
  ['cross-env', plain],
  ['dotenv', { valued: '-e -f' }],
  ['busybox', {}],
  ['toybox', {}],
  [
    'sudo',
    {
      valued: '-u -g -h -p -C -T -D -R -r -t -U --user --group --host --prompt --chdir --chroot --role --type --other-user',
      hides: /^(?:-[a-zA-Z]*e$|--edit)/u,
    },
  ],
  ['doas', { valued: '-u -C' }],
  ['su', { valued: '-s --shell -g -G -w', hides: /^(?:-s|--shell)/u, script: /^(?:-[a-z]*c|--command|--session-command)$/u, operands: 9 }],
  ['runuser', { valued: '-u -g -G -s', script: /^(?:-[a-z]*c|--command)$/u, operands: 9 }],
  ['flock', { valued: '-w --timeout -E --conflict-exit-code', script: /^(?:-c|--command)$/u, operands: 1 }],
  ['chroot', { operands: 1 }],
  ['taskset', { operands: 1 }],
  ['chrt', { operands: 1 }],
  ['unshare', { valued: '-S -G -R -w --root --wd' }],
  ['bwrap', { operands: 99 }],
  ['strace', { valued: '-e -o -p -s -u -E -O -S -a -b -X' }],
  ['ltrace', { valued: '-e -o -p -s -u -n -a -l -x' }],
  ['watch', { valued: '-n --interval -q --equexit', joins: true }],
  [
    'parallel',
    {
      valued:
        '-j --jobs -N -n -a --arg-file -S --sshlogin -I --colsep -d --delimiter --timeout --results --joblog --tmpdir -L --max-args --delay --retries -P --env --workdir --wd',
      joins: true,
    },
  ],
  ['entr', { joins: true }],
  ['script', { valued: '-E -I -O -B -m -o -T -t', script: /^(?:-[a-zA-Z]*c|--command)$/u, operands: 1 }],
  ['nix-shell', { valued: '-p --packages -I', script: /^(?:--run|--command)$/u, operands: 99 }],
  ['hyperfine', { valued: '-w -r -m -M -s -p -c -n -N --warmup --runs --export-json --export-markdown', joins: true }],
  ['uv', runner('run')],
  ['poetry', runner('run')],
  ['pipenv', runner('run')],
  ['pdm', runner('run')],
  ['rye', runner('run')],
  ['bundle', runner('exec')],
  ['mise', runner('exec')],
  ['direnv', { ...runner('exec'), operands: 1 }],
]);
