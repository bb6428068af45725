/** A program that runs the program in its arguments. */
export interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued: readonly string[];
  /** Operands of its own before the program. */
  readonly operands?: number;
  /** Options that make it do more than run a program: then nothing is taken off. */
  readonly never?: RegExp;
  /** With these it only asks about the program. */
  readonly asks?: RegExp;
  /** It adds words to the arguments that are known only when it runs. */
  readonly adds?: boolean;
  /** By itself it changes nothing. */
  readonly harmless?: boolean;
}

const plain: Wrapper = { valued: [], harmless: true };

export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  // -S splits a text into words, -C changes the folder that paths are relative to.
  ['env', { valued: ['-u', '--unset'], never: /^(?:-[a-zA-Z0]*[SC]|--(?:s|c))/u, harmless: true }],
  ['nohup', plain],
  ['timeout', { valued: ['-s', '--signal', '-k', '--kill-after'], operands: 1, harmless: true }],
  ['nice', { valued: ['-n', '--adjustment'], harmless: true }],
  ['ionice', { valued: ['-c', '-n', '--class', '--classdata'], never: /^(?:-[pPu]|--(?:pid|pgid|uid))/u, harmless: true }],
  ['setsid', plain],
  ['stdbuf', { valued: ['-i', '-o', '-e', '--input', '--output', '--error'], harmless: true }],
  ['time', { valued: ['-f', '--format'], never: /^(?:-[a-zA-Z]*o|--o)/u, harmless: true }],
  ['command', { valued: [], asks: /^-[pvV]*[vV]/u, harmless: true }],
  ['builtin', plain],
  ['exec', { valued: ['-a'], harmless: true }],
  [
    'xargs',
    {
      valued: ['-I', '-n', '-P', '-L', '-d', '-E', '-s', '-a', '--max-args', '--max-procs', '--delimiter', '--max-chars', '--arg-file', '--process-slot-var'],
      adds: true,
      harmless: true,
    },
  ],
  ['chronic', plain],
  ['busybox', { valued: [] }],
  ['sudo', { valued: ['-u', '-g', '-h', '-p', '-C', '-T', '-D', '-R', '-r', '-t', '-U'] }],
  ['doas', { valued: ['-u', '-C'] }],
  ['flock', { valued: ['-w', '--timeout', '-E', '--conflict-exit-code'], operands: 1 }],
  ['chroot', { valued: [], operands: 1 }],
  ['taskset', { valued: [], operands: 1 }],
  ['chrt', { valued: [], operands: 1 }],
  ['unshare', { valued: [] }],
  ['strace', { valued: ['-e', '-o', '-p', '-s'] }],
]);

/** What is left when a wrapper's own options, values, operands and assignments are taken off. */
export interface Unwrapped {
  readonly inner: readonly (string | undefined)[];
  /** Variables it sets. */
  readonly assignments: readonly string[];
  /** Whether the program is only asked about. */
  readonly asks: boolean;
}

/** Undefined when the words hold no program, or it cannot be told which one it is. */
export function unwrapped(wrapper: Wrapper, args: readonly (string | undefined)[]): Unwrapped | undefined {
  const own = ownWords(wrapper, args);
  if (own.some((word) => wrapper.never?.test(word))) return undefined;
  const inner = args.slice(own.length + (wrapper.operands ?? 0));
  if (inner.length === 0) return undefined;
  return {
    inner: wrapper.adds ? [...inner, undefined] : inner,
    assignments: own.flatMap((word) => /^(\w+)=/u.exec(word)?.[1] ?? []),
    asks: own.some((word) => wrapper.asks?.test(word)),
  };
}

/** Options, their values and assignments in front. */
function ownWords(wrapper: Wrapper, args: readonly (string | undefined)[]): readonly string[] {
  const own: string[] = [];
  let valueFollows = false;
  for (const word of args) {
    if (word === undefined || !(valueFollows || word.startsWith('-') || /^\w+=/u.test(word))) break;
    own.push(word);
    if (word === '--' && !valueFollows) break;
    valueFollows = !valueFollows && wrapper.valued.includes(word);
  }
  return own;
}
