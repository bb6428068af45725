import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createHostFs } from '../../drivers/fs/host-fs.ts';
import { rememberedFor } from '../../drivers/store/remembered.ts';
import { type Capability, parseRule } from '../../kernel/capability.ts';
import { type CommandVerdict, judgeCommand } from '../../kernel/command/judge.ts';
import { quoted } from '../../kernel/command/words.ts';
import { type Authority, decide } from '../../kernel/decide.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Decision } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { judgeUrl } from '../../kernel/net/judge-url.ts';
import { absoluteIn, writtenIn } from '../../kernel/paths.ts';
import { ruled } from '../../kernel/policy.ts';
import { createProtection } from '../../kernel/protect.ts';
import { workerCaps } from '../../kernel/roles.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { policyFor } from '../policy/files.ts';
import { type Args, type Command, text, texts } from './shared.ts';

export const policy: Command = {
  name: 'policy',
  usage: 'policy <action> [command..]',
  describe: 'The rules of the policy files, and what the gate would answer: explain, list, test',
  examples: [
    ["oxios policy explain -- 'git diff | head'", 'what an agent without a grant is answered'],
    ["oxios policy explain --grant exec:npm --json -- 'npm test'", 'with a grant, for a program'],
    ['oxios policy list', 'the rules that hold here, each with its file and line'],
    ['oxios policy test cases.yaml', 'a table of what the gate has to answer; exit 1 when it does not'],
    ['oxios policy explain --path ../notes.txt --right write', 'a file instead of a command'],
    ['oxios policy explain --url http://localhost:8080/', 'a URL'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['explain', 'list', 'test'] as const, demandOption: true })
      .positional('command', {
        type: 'string',
        array: true,
        describe: 'explain: a bash script as one word, or a program with its arguments; test: a file of cases',
      })
      .option('workspace', { type: 'string', describe: 'the folder agents would work in, default the current one', requiresArg: true })
      .option('home-dir', { type: 'string', describe: "the user's home folder, what ~ means", requiresArg: true })
      .option('grant', { type: 'string', array: true, describe: 'a rule that would be granted, such as exec:npm', requiresArg: true })
      .option('path', { type: 'string', describe: 'explain a file instead of a command', requiresArg: true })
      .option('url', { type: 'string', describe: 'explain a URL that would be fetched', requiresArg: true })
      .option('right', { choices: ['read', 'write'] as const, describe: 'what would be done with --path, default read', requiresArg: true }),
  run: async (args) => (ACTIONS[text(args.action) ?? ''] as Action)(createIo(args), args),
};

type Action = (io: Io, args: Args<Record<string, unknown>>) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  list: async (io, args) => (await import('../policy/actions.ts')).listPolicy(io, args),
  test: async (io, args) => (await import('../policy/actions.ts')).testPolicy(io, args),
  async explain(io, args) {
    const at = await placeOf(args);
    const path = text(args.path);
    const words = texts(args.command) ?? [];
    const url = text(args.url);
    if ([path !== undefined, url !== undefined, words.length > 0].filter(Boolean).length !== 1)
      throw new OxiosError('USAGE', 'give a command, --path or --url', { hint: "such as: oxios policy explain -- 'git diff'" });
    if (url !== undefined) show(io, judgeUrl(url, at.authority));
    else if (path !== undefined) show(io, await explainPath(at, path, text(args.right) === 'write' ? 'write' : 'read'));
    else showCommand(io, judgeCommand(words.length === 1 ? (words[0] ?? '') : quoted(words), at, at.authority));
    return EXIT.ok;
  },
};

interface Place {
  readonly cwd: AbsPath;
  readonly userHome: AbsPath;
  readonly authority: Authority;
  resolve(path: string): AbsPath;
}

/** An agent that may read the workspace, run what only reads, and what --grant says; a person can be asked. */
async function placeOf(args: Args<Record<string, unknown>>): Promise<Place> {
  const cwd = real(resolve(text(args.workspace) ?? process.cwd()));
  const userHome = resolve(text(args['home-dir']) ?? homedir()) as AbsPath;
  const home = text(args['home-dir']) === undefined || text(args.home) !== undefined ? homePath(text(args.home)) : (`${userHome}/.oxios` as AbsPath);
  const at = (path: string) => absoluteIn(path, cwd, userHome);
  const granted = (texts(args.grant) ?? []).map((rule) => parseRule(rule, at));
  const protection = createProtection({ home, userHome, hidden: () => false });
  const rules = await policyFor({ home, userHome, cwd });
  const caps = [...workerCaps(cwd).filter(onlyLooks), ...ruled(rules, 'allow'), ...granted];
  return { cwd, userHome, resolve: at, authority: { caps, granted: rememberedFor(home, cwd), denies: [], asks: true, protection, policy: rules } };
}

const onlyLooks = (one: Capability): boolean => !(one.on === 'fs' && one.right === 'write');

/** A folder that is not there is judged by its name. */
function real(folder: string): AbsPath {
  try {
    return realpathSync(folder) as AbsPath;
  } catch {
    return folder as AbsPath;
  }
}

/** The file tools write the workspace without a question; where a link leads counts as well. */
async function explainPath({ cwd, userHome, authority, resolve: at }: Place, path: string, right: 'read' | 'write'): Promise<Decision> {
  try {
    const named = at(path);
    // A `..` behind a link leads up from where the link leads: without the folder nobody knows where.
    if (!existsSync(cwd) && /[^/.][^/]*\/+\.\.(?:\/|$)/u.test(path))
      return { verdict: 'ask', rule: 'missing folder', reason: `${cwd} is not there to see where ${path} leads` };
    const reached = await createHostFs().reach(writtenIn(path, cwd, userHome));
    const caps = [...authority.caps, ...workerCaps(cwd)];
    const need = (under: AbsPath): Capability => ({ on: 'fs', right, under });
    return decide({ ...authority, caps }, [need(named), ...(reached === named ? [] : [need(reached)])]);
  } catch (error) {
    if (error instanceof OxiosError) return { verdict: 'deny', rule: error.code, reason: error.detail };
    throw error;
  }
}

function show(io: Io, { verdict, rule, reason }: Decision): void {
  if (io.json) io.out(JSON.stringify({ verdict, rule, reason }));
  else io.out(`${verdict}: ${reason} (${rule})`);
}

function showCommand(io: Io, found: CommandVerdict): void {
  if (io.json) {
    io.out(JSON.stringify(found));
    return;
  }
  show(io, found);
  for (const one of found.commands) {
    const words = [one.program, ...one.args.map((arg) => arg ?? '…')];
    io.out(`  ${one.verdict.padEnd(5)} ${quoted(words)}${one.verdict === 'allow' ? '' : `: ${one.reason}`}`);
  }
  if (found.argv) io.out(`  runs without a shell: ${quoted(found.argv)}`);
  else if (found.commands.length > 0) io.out('  runs in bash');
}
