import { homedir } from 'node:os';
import { readRemembered, rememberedIn } from '../../drivers/store/remembered.ts';
import type { RemoteKernel } from '../../gateway/client.ts';
import { formatRule, parseRule } from '../../kernel/capability.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, AskId } from '../../kernel/ids.ts';
import type { Reply, Revoked, Scope } from '../../kernel/kernel-types.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { reveal } from '../../kernel/text/sanitize.ts';
import { ifRunning, running } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { table } from '../render/table.ts';
import { approvalText, questionText } from '../run/answer.ts';
import { type Args, type Command, counted, text } from './shared.ts';

type Action = (io: Io, home: AbsPath, args: Args<Record<string, unknown>>) => Promise<void>;

export const approvals: Command = {
  name: 'approvals',
  usage: 'approvals [action] [what] [reply]',
  describe: 'What agents wait for an answer to, and what was approved for good: list, answer, rules, revoke',
  examples: [
    ['oxios approvals', 'what is open, as the terminal of the run shows it'],
    ['oxios approvals answer a3.0 allow --scope run', 'from another terminal'],
    ['oxios approvals answer a3.1 "use tabs"', 'a question'],
    ['oxios approvals rules', 'what was approved for good, and for which folder'],
    ['oxios approvals revoke exec:npm', 'take it back, also from agents at work'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['list', 'answer', 'rules', 'revoke'] as const, default: 'list' })
      .positional('what', { type: 'string', describe: 'answer: the question, such as a3.0; revoke: the rule' })
      .positional('reply', { type: 'string', describe: 'answer: allow or deny, or the text that answers a question' })
      .option('scope', {
        choices: ['once', 'run', 'rule'] as const,
        describe: 'answer: how far allow goes; rule is every run in that folder',
        default: 'once',
      }),
  async run(args) {
    await (ACTIONS[text(args.action) ?? ''] as Action)(createIo(args), homePath(args.home), args);
    return EXIT.ok;
  },
};

type Open = Awaited<ReturnType<RemoteKernel['asks']>>[number];

const ACTIONS: Readonly<Record<string, Action>> = {
  async list(io, home) {
    const kernel = await ifRunning(home);
    const asks = (await kernel?.asks()) ?? [];
    kernel?.close();
    if (io.json) for (const one of asks) io.out(JSON.stringify(one));
    else if (asks.length === 0) io.say(kernel ? 'no agent waits for an answer' : 'no kernel runs, so no agent waits for an answer');
    else io.out(asks.map(shown).join('\n'));
  },
  async answer(io, home, args) {
    const [ask, said] = [needed(text(args.what), 'the question'), needed(text(args.reply), 'the answer')];
    const kernel = await running(home);
    try {
      const open = (await kernel.asks()).find((one) => one.ask === ask);
      if (!open) throw new OxiosError('NOT_FOUND', `no open question ${ask}`, { hint: 'see what is open with oxios approvals' });
      await kernel.answer(ask as AskId, replyTo(open, said, text(args.scope) as Scope), 'user', 'socket');
    } finally {
      kernel.close();
    }
    io.say(`answered ${ask}`);
    if (io.json) io.out(JSON.stringify({ ask, reply: said }));
  },
  async rules(io, home) {
    const rules = readRemembered(home);
    if (io.json) for (const one of rules) io.out(JSON.stringify(one));
    else if (rules.length === 0) io.say('nothing was approved for good');
    else
      io.out(
        table(
          COLUMNS,
          rules.map((one) => [one.rule, one.folder, new Date(one.at).toISOString().slice(0, 16), one.by].map(reveal)),
          process.stdout.columns,
        ),
      );
  },
  async revoke(io, home, args) {
    const rule = parseRule(needed(text(args.what), 'the rule'), (path) => absoluteIn(path, process.cwd(), homedir()));
    const kernel = await ifRunning(home);
    const gone: Revoked = kernel ? await kernel.revoke(rule, 'user') : { runs: [], forgotten: await rememberedIn({ path: home }).forget(rule) };
    kernel?.close();
    if (gone.runs.length + gone.forgotten === 0)
      throw new OxiosError('NOT_FOUND', `${formatRule(rule)} covers nothing that was approved for good, and no run is under way`, {
        hint: 'see them with oxios approvals rules',
      });
    io.say(
      `took ${formatRule(rule)} back: ${counted(gone.forgotten, 'rule', 'rules')} forgotten, ${counted(gone.runs.length, 'run', 'runs')} under way without it`,
    );
    if (io.json) io.out(JSON.stringify({ rule: formatRule(rule), ...gone }));
  },
};

function replyTo({ ask, kind }: Open, said: string, scope: Scope): Reply {
  if (kind === 'question') return { verdict: 'text', text: said };
  if (said === 'deny') return { verdict: 'deny', scope: 'once' };
  if (said === 'allow') return { verdict: 'allow', scope };
  throw new OxiosError('USAGE', `${ask} is an approval: it is answered with allow or deny`, { hint: `such as: oxios approvals answer ${ask} deny` });
}

function needed(value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new OxiosError('USAGE', `${what} is missing`, { hint: 'see oxios approvals --help' });
}

/** The same that the terminal of the run shows, under the name it is answered by. */
function shown(one: Open): string {
  const until = one.expires_at === null ? '' : `, refused at ${new Date(one.expires_at).toISOString().slice(11, 19)} UTC`;
  const leads = one.leads ? { leads: [...one.leads] } : {};
  const origins = one.origins ? { origins: [...one.origins] } : {};
  const event = { ...one, ...leads, ...origins, options: [...one.options], needs: [...one.needs] };
  const body = one.kind === 'question' ? questionText(event) : approvalText(event);
  return `${one.ask} · run ${one.run} · process ${one.pid}${until}${body}`;
}

const COLUMNS = [
  { head: 'RULE', whole: true },
  { head: 'FOLDER', least: 20 },
  { head: 'SINCE', spare: 1 },
  { head: 'BY', spare: 2 },
];
