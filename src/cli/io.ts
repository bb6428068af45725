import { EXIT } from '../kernel/error-codes.ts';
import { errnoOf, exitOf, faultOf, messageOf, OxiosError } from '../kernel/errors.ts';
import { escaped, sanitize } from '../kernel/text/sanitize.ts';
import { homePath } from './home.ts';
import { wrap } from './render/wrap.ts';
import { knownSecrets } from './secrets.ts';

/** Where a command writes: data on stdout, everything meant for people on stderr. */
export interface Io {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** stderr is a terminal that takes colour and cursor movement. */
  readonly live: boolean;
  /** Somebody can be asked. */
  readonly interactive: boolean;
  /** JSON, or text for people: either way nothing in it acts on a terminal. */
  out(text: string): void;
  /** A line for people; silent with --quiet. Only our own colours pass. */
  say(text: string): void;
}

export interface CommonFlags {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly color?: boolean | undefined;
}

export function createIo(flags: CommonFlags): Io {
  const plain = flags.color === false || process.env.NO_COLOR !== undefined || process.env.TERM === 'dumb';
  const live = process.stderr.isTTY === true && !plain && !process.env.CI;
  return {
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    live,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true && !flags.json,
    out: (text) => void process.stdout.write(`${flags.json ? escaped(text) : sanitize(text)}\n`),
    say: (text) => {
      if (!flags.quiet) process.stderr.write(`${forPeople(live ? cleanInColour(text) : sanitize(text))}\n`);
    },
  };
}

/** Text, colour, text, colour, ... */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text
const COLOUR = /(\u001b\[\d+m)/u;
const cleanInColour = (text: string): string =>
  text
    .split(COLOUR)
    .map((piece, at) => (at % 2 === 0 ? sanitize(piece) : piece))
    .join('');

/** On a terminal lines are broken between words. */
const forPeople = (text: string): string => (process.stderr.isTTY ? wrap(text, process.stderr.columns) : text);

/** One line, a next step, the right exit code; never a stack. */
export function report(error: unknown, verbose: boolean): number {
  const known = faultOf(error);
  if (known) {
    process.stderr.write(errorText(known.code, known.detail, known.hint));
    return exitOf(known.code);
  }
  const hint = verbose ? 'please report it with the lines below' : 'run it again with --verbose and report what it says';
  process.stderr.write(errorText('INTERNAL', messageOf(error), hint));
  if (verbose && error instanceof Error) process.stderr.write(`${sanitize(withoutSecrets(error.stack ?? ''))}\n`);
  return EXIT.internal;
}

/** What happened on one line and the next step on another; what agents, files and providers wrote is made safe for a terminal. */
export function errorText(code: string, detail: string, hint: string | undefined): string {
  const lines = [`${code}: ${oneLine(detail)}`, ...(hint === undefined ? [] : [`  hint: ${oneLine(hint)}`])].join('\n');
  return `${forPeople(withoutSecrets(lines))}\n`;
}

/** An error may carry what it was made of: of the home that the command line names, whose keys this process may hold. */
export const withoutSecrets = (text: string): string => knownSecrets(homePath(homeIn(process.argv))).text(text);

function homeIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--home' || word.startsWith('--home='));
  const [, value] = /^--home=(.+)$/su.exec(argv[at] ?? '') ?? [];
  return at < 0 ? undefined : (value ?? argv[at + 1]);
}

const oneLine = (text: string): string => sanitize(text).replace(/\s*\n\s*/gu, ' ');

/** Nobody reads stdout any more; what is still written to it is dropped. */
let unread = false;

/**
 * A reader that went away (`oxios logs | head`) is no error: a run is interrupted and can be resumed, anything else
 * just ends. A full disk is one. What cannot be said on stderr is not said.
 */
export function watchOutputs(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (unread) return;
    unread = true;
    if (error.code !== 'EPIPE') process.exit(report(outputError('stdout', error), false));
    if (!process.emit('SIGINT', 'SIGINT')) process.exit(process.exitCode ?? EXIT.ok);
  });
}

/** Something that was asked for could not be written. */
export const outputError = (what: string, cause: unknown): OxiosError =>
  errnoOf(cause) === 'ENOSPC'
    ? new OxiosError('DISK_FULL', `no space left to write ${what}`, { hint: 'free some space and run it again', cause })
    : new OxiosError('IO', `${what} cannot be written: ${messageOf(cause)}`, { hint: 'choose another place', cause });
