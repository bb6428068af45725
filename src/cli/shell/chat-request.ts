import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { checkGrants, grantsOf } from '../authority.ts';
import { type Args, flag, text, texts } from '../commands/shared.ts';
import type { Io } from '../io.ts';
import { flagLimits, limitFlags } from '../limits.ts';
import { chosenPersona, onlyLooks } from '../personas.ts';
import { type Settings, settingsIn } from '../project/settings.ts';
import { absoluteScript, scriptsIn } from '../run/flags.ts';
import { conversationOf } from '../run/history.ts';
import { readImages } from '../run/images.ts';
import { workplace } from '../run/workplace.ts';

interface Session {
  readonly args: Args<Record<string, unknown>>;
  readonly io: Pick<Io, 'interactive' | 'say'>;
}

/** Of the first thing said, as the title of a conversation: characters. */
const MAX_TITLE = 200;

/** A conversation that begins with these words, or waits for the first where there are none, and with what was said in another one where it is forked from that. */
export async function chatRequest({ args, io }: Session, first: string, from: RunId | undefined): Promise<RunRequest> {
  const cwd = workplace(text(args.projectDir));
  const settings = await settingsIn(cwd, args, io);
  const { config } = settings;
  const { persona, ...said } = await manner(args, cwd, settings, from);
  const images = readImages(texts(args.image) ?? []);
  const looks = persona !== undefined && onlyLooks(persona);
  const { grants, ...authority } = grantsOf(cwd, { allow: texts(args.allow), deny: texts(args.deny) }, settings, looks);
  const model = modelOf(args, persona, config);
  return {
    kind: 'chat',
    title: first.split('\n')[0]?.slice(0, MAX_TITLE) ?? '',
    cwd,
    body: 'chat',
    args: {
      task: first,
      ...said,
      ...(images.length === 0 ? {} : { images }),
      ...(args.thinking === undefined ? {} : { thinking: text(args.thinking) }),
    },
    model,
    // A conversation goes on for as long as somebody has something to say: what it costs is limited, not how long it is.
    limits: { turns: null, wall_ms: null, tool_calls: null, tokens: config.limits.tokens, usd: config.limits.usd, ...flagLimits(limitFlags(args)) },
    ...authority,
    // What checks its work is run after each piece of it, and is not asked about each time. Who only looks has no work.
    grants: looks ? grants : [...grants, ...(await checkGrants(cwd))],
    ...settings.request,
    asks: true,
    interactive: true,
    require_sandbox: flag(args.requireSandbox),
    hidden: scriptsIn(model),
  };
}

/** What is asked when somebody says something now; '' where nobody named a model. Throws as a conversation would. */
export async function modelNamed({ args, io }: Session): Promise<string> {
  const { config, personas } = await settingsIn(workplace(text(args.projectDir)), args, io);
  return modelOf(args, chosenPersona(text(args.persona) ?? config.persona, personas), config);
}

const modelOf = (args: Session['args'], persona: { readonly model?: string | undefined } | undefined, config: Settings['config']): string =>
  absoluteScript(text(args.model) ?? persona?.model ?? config.model ?? '');

/** As whom it speaks, and what was said before. A conversation that is forked keeps its persona unless another is named. */
async function manner(args: Session['args'], cwd: AbsPath, { config, personas }: Settings, from: RunId | undefined) {
  const before = from === undefined ? undefined : await conversationOf({ home: text(args.home), session: from, cwd });
  const persona = chosenPersona(text(args.persona) ?? (before ? before.persona : config.persona), personas);
  return {
    persona,
    ...(persona ? { system: persona.system, labels: { persona: persona.name } } : {}),
    ...(persona?.tools ? { tools: [...persona.tools] } : {}),
    ...(before ? { history: before.history as never } : {}),
  };
}
