import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { AbsPath } from '../../kernel/ids.ts';
import { ROLES } from '../../kernel/roles.ts';

/** Flags of what begins work in a folder. */
export const workFlags = (yargs: Argv): Argv =>
  heldFlags(goOnFlags(yargs)).option('project-dir', { type: 'string', describe: 'folder to work in, default here', requiresArg: true });

/** Flags of what a run begins with, wherever it works. */
export const heldFlags = (yargs: Argv): Argv =>
  yargs
    .option('role', { choices: ROLES, describe: 'what agents may do without asking; default standard at a terminal, else worker', requiresArg: true })
    .option('trust', { type: 'boolean', describe: 'trust this folder for this run: its own AGENTS.md, configuration and programs count' });

/** Flags of everything that makes agents work. */
export const goOnFlags = (yargs: Argv): Argv =>
  modelFlags(yargs)
    .option('allow', { type: 'string', array: true, describe: 'grant a rule, such as exec:npm; for a time with exec:npm@10m', requiresArg: true })
    .option('fail-on', { choices: ['denied', 'any-tool-error'] as const, describe: 'exit 4 when a call was denied, 1 when one failed', requiresArg: true });

/** Flags of an interview. */
export const interviewFlags = (yargs: Argv): Argv =>
  modelFlags(yargs)
    .option('project-dir', { type: 'string', describe: 'folder the work will be done in, default here', requiresArg: true })
    .option('trust', { type: 'boolean', describe: 'trust this folder for this interview: its own configuration counts' });

/** Flags of everything that asks a model. */
const modelFlags = (yargs: Argv): Argv =>
  yargs
    .option('model', { type: 'string', describe: 'provider/model, or script:FILE', requiresArg: true })
    .option('events', { type: 'string', describe: 'write every durable event to a file, one JSON a line', requiresArg: true })
    .option('record', { type: 'string', describe: 'write the answers of the model as a script', requiresArg: true })
    .option('max-usd', { type: 'number', describe: 'cost limit, dollars', requiresArg: true })
    .option('max-tokens', { type: 'number', describe: 'token limit', requiresArg: true })
    .option('max-turns', { type: 'number', describe: 'turns an agent may take', requiresArg: true })
    .option('max-wall', { type: 'string', describe: 'time limit: 90s, 30m, 2h', requiresArg: true })
    .option('max-tool-calls', { type: 'number', describe: 'tool calls that agents may make', requiresArg: true })
    .option('deny', { type: 'string', array: true, describe: 'deny a rule, whatever grants it', requiresArg: true })
    .option('approval-timeout', { type: 'string', describe: 'refuse what nobody answers for this long: 90s, 30m', requiresArg: true })
    .option('require-sandbox', { type: 'boolean', describe: 'refuse to work without a sandbox' });

/** Flags of a conversation. */
export const talkFlags = (yargs: Argv): Argv =>
  yargs
    .option('continue', { type: 'boolean', describe: 'go on with the last conversation of this folder' })
    .option('session', { type: 'string', describe: 'go on with this conversation', requiresArg: true })
    .option('image', { type: 'string', array: true, describe: 'an image the request is about: PNG, JPEG, GIF or WebP', requiresArg: true })
    .option('thinking', { choices: ['off', 'low', 'medium', 'high'] as const, describe: 'how much the model thinks before it answers', requiresArg: true })
    .option('persona', { type: 'string', describe: 'how the agent goes about it: a name of oxios personas, or none', requiresArg: true });

/** Flags of what judges criteria. */
export const reportFlags = (yargs: Argv): Argv =>
  yargs
    .option('junit', { type: 'string', describe: 'write a JUnit report', requiresArg: true })
    .option('sarif', { type: 'string', describe: 'write what was not proved as SARIF 2.1.0', requiresArg: true });

/** Flags of a run that begins with a request. */
export const requestFlags = (yargs: Argv): Argv =>
  yargs
    .option('prompt', {
      alias: 'p',
      type: 'string',
      describe: 'what to do, in place of a seed: it is written first, if the request is clear',
      requiresArg: true,
    })
    .option('out', { alias: 'o', type: 'string', describe: 'with -p: file of the seed, default seed.yaml', requiresArg: true })
    .option('force', { type: 'boolean', describe: 'with -p: also when the request is not clear, marked as degraded; replace the file if it is there' });

/** A script is found again from wherever the run is resumed. */
export const absoluteScript = (model: string): string => (model.startsWith('script:') ? `script:${resolve(model.slice('script:'.length))}` : model);

/** Files of a model that no agent may see. */
export const scriptsIn = (model: string): readonly AbsPath[] => (model.startsWith('script:') ? [resolve(model.slice('script:'.length)) as AbsPath] : []);
