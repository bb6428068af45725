/** Stands before a word that is text although it begins with a dash. No argument of a program can hold this character. */
const MARK = '\0';

/** What can be a flag or a negative number; `- a list`, `--- a/file` and `-> so` cannot. */
const FLAG = /^(?:-[A-Za-z]+|-[A-Za-z]=.*|--[A-Za-z][\w-]*(?:=.*)?|-\d.*|--)$/su;

/**
 * The words of a command line, as yargs understands them: it takes whatever begins with a dash for flags, also behind
 * `--`, and knows no `--print=TEXT`. `unmarked` gives the text back.
 */
export function marked(argv: readonly string[]): readonly string[] {
  if (argv.includes('--get-yargs-completions')) return argv;
  const end = argv.indexOf('--');
  const flags = (end < 0 ? argv : argv.slice(0, end)).flatMap((word) => (argv[0] === 'kill' ? asSignal(word) : [word]));
  const text = end < 0 ? [] : argv.slice(end + 1);
  return [
    ...flags.flatMap((word) => (word.startsWith(PRINT) ? ['--print', mark(word.slice(PRINT.length))] : [FLAG.test(word) ? word : mark(word)])),
    ...text.map(mark),
  ];
}

/** `kill -9 3` and `kill -STOP 3`, as other kills have it. */
function asSignal(word: string): readonly string[] {
  const [, signal] = /^-(9|15|KILL|TERM|STOP|CONT)$/u.exec(word) ?? [];
  return signal === undefined ? [word] : ['--signal', { 9: 'KILL', 15: 'TERM' }[signal] ?? signal];
}

const PRINT = '--print=';

const mark = (word: string): string => (word.startsWith('-') ? MARK + word : word);

/** A parsed value, or a message about one, without the marks. */
export function unmarked<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll(MARK, '') as T;
  if (Array.isArray(value)) return value.map(unmarked) as T;
  return value;
}
