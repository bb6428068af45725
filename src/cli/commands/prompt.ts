import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { PIPED } from '../../kernel/taint/opening.ts';
import { escaped, sanitize } from '../../kernel/text/sanitize.ts';
import { grantsOf } from '../authority.ts';
import { createIo, type Io } from '../io.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { chosenPersona, onlyLooks } from '../personas.ts';
import { type Settings, settingsIn } from '../project/settings.ts';
import { absoluteScript } from '../run/flags.ts';
import type { Conversation } from '../run/history.ts';
import { readImages } from '../run/images.ts';
import { pipedText } from '../run/piped.ts';
import type { AnswerSchema } from '../run/schema.ts';
import { workplace } from '../run/workplace.ts';
import { checkFlags } from '../shell/flags.ts';
import { type Args, flag, text, texts } from './shared.ts';

/** `oxios -p "request"`: one task without a specification; the answer on stdout. */
export async function prompt(args: Args<Record<string, unknown>>): Promise<number> {
  const io = createIo(args);
  checkFlags(args, 'print');
  // What it takes to run is loaded while standard input is read.
  const loading = import('../run/work.ts');
  const file = text(args.outputSchema);
  const schema = file === undefined ? undefined : (await import('../run/schema.ts')).readAnswerSchema(file);
  const request = await requestOf(args, schema?.instruction);
  const { beginOnce, conclude, work } = await loading;
  let answer: string | undefined;
  const code = await work({
    io,
    args,
    begin: beginOnce(request, args.home),
    tell(ended) {
      if (ended.exit.how === 'done') answer = ended.exit.text;
      if (answer !== undefined && !io.json && !schema) io.out(sanitize(answer));
      if (ended.exit.how !== 'done' || io.verbose) conclude(io, ended);
    },
  });
  if (answer !== undefined && schema) fitting(io, answer, schema);
  return code;
}

/** The answer in the form it was asked for, when all else is written. Throws OUTPUT_INVALID. */
function fitting(io: Io, answer: string, schema: AnswerSchema): void {
  const json = schema.check(answer);
  if (!io.json) io.out(escaped(json));
}

/** What is said in a conversation that goes on; nothing of a new one. */
async function earlier(args: Args<Record<string, unknown>>, cwd: AbsPath): Promise<Partial<Conversation>> {
  const session = text(args.session);
  if (session === undefined && !flag(args.continue)) return {};
  const { conversationOf } = await import('../run/history.ts');
  return conversationOf({ home: text(args.home), session, cwd });
}

async function requestOf(args: Args<Record<string, unknown>>, form: string | undefined): Promise<RunRequest> {
  const io = createIo(args);
  const asked = text(args.prompt)?.trim() ?? '';
  const images = readImages(texts(args.image) ?? []);
  const piped = await pipedText(io.say);
  if (asked === '' && piped === '') throw new OxiosError('USAGE', 'the request is empty', { hint: 'say what to do: oxios -p "..."' });
  const cwd = workplace(text(args.projectDir));
  const settings = await settingsIn(cwd, args, io);
  const { config } = settings;
  const { persona, ...said } = await manner(args, cwd, settings, form);
  return {
    kind: 'prompt',
    title: (asked || piped).split('\n')[0]?.slice(0, 200) ?? '',
    cwd,
    body: 'agent',
    args: {
      task: piped === '' ? asked : `${asked}${PIPED}${piped}`,
      ...said,
      ...(images.length === 0 ? {} : { images }),
      ...(args.thinking === undefined ? {} : { thinking: text(args.thinking) }),
    },
    model: absoluteScript(text(args.model) ?? persona?.model ?? config.model ?? ''),
    limits: limitsOf(limitFlags(args), config),
    ...grantsOf(cwd, { allow: texts(args.allow), deny: texts(args.deny) }, settings, persona !== undefined && onlyLooks(persona)),
    ...settings.request,
    asks: io.interactive,
    interactive: io.interactive,
    require_sandbox: flag(args.requireSandbox),
  };
}

/** What the agent is told beside its task, the tools it has, and what was said before. A conversation that goes on keeps its persona. */
async function manner(args: Args<Record<string, unknown>>, cwd: AbsPath, { config, personas }: Settings, form: string | undefined) {
  const before = await earlier(args, cwd);
  const persona = chosenPersona(text(args.persona) ?? (before.history ? before.persona : config.persona), personas);
  const system = [persona?.system ?? [], form ?? []].flat().join('\n');
  return {
    persona,
    ...(system === '' ? {} : { system }),
    ...(persona?.tools ? { tools: [...persona.tools] } : {}),
    ...(persona ? { labels: { persona: persona.name } } : {}),
    ...(before.history ? { history: before.history as never } : {}),
  };
}
