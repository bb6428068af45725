import type { Argv } from 'yargs';
import { OxiosError } from '../../kernel/errors.ts';
import { heldFlags, talkFlags } from '../run/flags.ts';

/** Flags of how the shell looks. */
export const lookFlags = (yargs: Argv): Argv =>
  yargs
    .option('inline', { type: 'boolean', describe: 'shell: the conversation in the scrollback of the terminal' })
    .option('panes', { type: 'boolean', describe: 'shell: panes on the whole screen', conflicts: 'inline' })
    .option('theme', { type: 'string', describe: 'shell: a theme by its name', requiresArg: true })
    .option('screen-reader', { type: 'boolean', describe: 'shell: plain text in order, for a screen reader' })
    .option('vim', { type: 'boolean', describe: 'shell: vim keys in the prompt' })
    .option('record-frames', { type: 'string', describe: 'shell: write all that is painted to a file, for a report; see oxios view', requiresArg: true });

/** Flags of a shell that only attaches: how it looks, and what begins in it. */
export const attachFlags = (yargs: Argv): Argv =>
  heldFlags(talkFlags(lookFlags(yargs)))
    .option('model', { type: 'string', describe: 'provider/model, or script:FILE', requiresArg: true })
    .option('allow', { type: 'string', array: true, describe: 'grant a rule, such as exec:npm; for a time with exec:npm@10m', requiresArg: true })
    .option('deny', { type: 'string', array: true, describe: 'deny a rule, whatever grants it', requiresArg: true })
    .option('max-usd', { type: 'number', describe: 'cost limit of what begins here, dollars', requiresArg: true })
    .option('max-tokens', { type: 'number', describe: 'token limit of what begins here', requiresArg: true })
    .option('project-dir', { type: 'string', describe: 'folder to work in, default here', requiresArg: true });

/** Flags of the top level that say something only of `-p`. */
const HEADLESS = ['json', 'outputSchema', 'events', 'record', 'failOn'] as const;
/** And those that say something only of the shell. */
const LOOKS = ['inline', 'panes', 'theme', 'screenReader', 'vim', 'recordFrames'] as const;

/** Throws USAGE where a flag would be heard by nobody. */
export function checkFlags(args: Readonly<Record<string, unknown>>, opens: 'shell' | 'print'): void {
  const [deaf, goes] = opens === 'shell' ? ([HEADLESS, 'with -p'] as const) : ([LOOKS, 'with the shell, and not with -p'] as const);
  const found = deaf.find((name) => args[name] !== undefined && args[name] !== false);
  if (found === undefined) return;
  const flag = found.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  throw new OxiosError('USAGE', `--${flag} goes ${goes}`, { hint: 'leave it out' });
}

/** Without a terminal nothing can be shown; who asked for nothing is only told what there is. Throws USAGE. */
export function checkTerminal(args: Readonly<Record<string, unknown>>): void {
  const wanted = [...LOOKS, 'prompt', 'continue', 'session'].find((name) => args[name] !== undefined);
  if (wanted === undefined) return;
  throw new OxiosError('USAGE', 'the shell needs a terminal for its input and its output', { hint: 'for one task without a terminal: oxios -p "..."' });
}
