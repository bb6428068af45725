import { OxiosError } from '../../kernel/errors.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { headlessGrants, workspace } from '../authority.ts';
import type { Booted } from '../boot.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { limitsOf } from '../limits.ts';
import { createOutputs } from '../run/outputs.ts';
import { runSession } from '../run/session.ts';
import { absoluteScript, conclude, limitFlags } from './run.ts';
import { type Args, flag, text, texts } from './shared.ts';

/** `oxios -p "request"`: one task without a specification; the answer on stdout. */
export async function prompt(args: Args<Record<string, unknown>>): Promise<number> {
  const io = createIo(args);
  const booting = import('../boot.ts').then(({ boot }) => boot(homePath(args.home)));
  // A failure is met where it is awaited.
  booting.catch(() => undefined);
  const request = await requestOf(args);
  const booted = await booting;
  try {
    const outputs = createOutputs(io, { events: text(args.events), record: text(args.record), failOn: text(args.failOn) });
    const ended = await runSession(booted, { begin: () => begin(booted, args, request), onEvent: outputs.onEvent });
    if (!io.json && ended.exit.how === 'done') io.out(sanitize(ended.exit.text));
    if (ended.exit.how !== 'done' || io.verbose) conclude(io, ended);
    return await outputs.finish(ended);
  } finally {
    await booted.close();
  }
}

/** A new conversation, or a turn more of an earlier one: its transcript is the beginning of the new one. */
async function begin(booted: Booted, args: Args<Record<string, unknown>>, request: RunRequest): Promise<{ run: RunId; pid: Pid }> {
  const session = text(args.session) ?? (flag(args.continue) ? await latest(args, request.cwd) : undefined);
  if (session === undefined) return booted.kernel.start(request);
  const before = await transcriptOf(booted, session as RunId);
  return booted.kernel.start({ ...request, args: { ...(request.args as object), system: before } });
}

async function latest(args: Args<Record<string, unknown>>, cwd: string): Promise<string> {
  const { reading } = await import('../boot.ts');
  const store = reading(homePath(args.home));
  const found = store.runs().findLast((one) => one.kind === 'prompt' && one.cwd === cwd);
  store.close();
  if (!found) throw new OxiosError('NOT_FOUND', 'there is no conversation in this folder to go on with', { hint: 'start one with oxios -p "..."' });
  return found.run;
}

/** What was said and answered before, as quoted context. */
async function transcriptOf(booted: Booted, run: RunId): Promise<string> {
  const said: string[] = [];
  let any = false;
  for await (const event of booted.kernel.read({ run })) {
    any = true;
    if (event.type === 'process.forked' && event.ppid === 0) {
      const before = (event.args as { system?: string } | null)?.system;
      if (before) said.push(before);
      said.push(`User: ${String((event.args as { task?: string } | null)?.task ?? '')}`);
    }
    if (event.type === 'process.exited' && event.exit.how === 'done') said.push(`You: ${event.exit.text}`);
  }
  if (!any) throw new OxiosError('NOT_FOUND', `no conversation ${run}`, { hint: 'see them with oxios ps --all' });
  return `Earlier in this conversation:\n${said.join('\n')}`;
}

async function requestOf(args: Args<Record<string, unknown>>): Promise<RunRequest> {
  const io = createIo(args);
  const asked = text(args.prompt)?.trim() ?? '';
  const piped = await pipedText();
  if (asked === '' && piped === '') throw new OxiosError('USAGE', 'the request is empty', { hint: 'say what to do: oxios -p "..."' });
  const cwd = workspace(text(args.projectDir));
  const config = readConfig(homePath(args.home));
  return {
    kind: 'prompt',
    title: (asked || piped).split('\n')[0]?.slice(0, 200) ?? '',
    cwd,
    body: 'agent',
    args: { task: piped === '' ? asked : `${asked}\n\n[standard input]\n${piped}` },
    model: absoluteScript(text(args.model) ?? config.model ?? ''),
    limits: limitsOf(limitFlags(args), config),
    ...headlessGrants(cwd, { allow: texts(args.allow), deny: texts(args.deny) }),
    asks: io.interactive,
    interactive: io.interactive,
    require_sandbox: flag(args.requireSandbox),
  };
}

const MAX_PIPED = 1_000_000;

/** What was piped in; nothing from a terminal, a closed stdin or /dev/null. */
async function pipedText(): Promise<string> {
  const { fstatSync } = await import('node:fs');
  try {
    const stat = fstatSync(0);
    if (!stat.isFIFO() && !stat.isFile() && !stat.isSocket()) return '';
  } catch {
    return '';
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_PIPED)
      throw new OxiosError('USAGE', `standard input has more than ${MAX_PIPED} bytes`, { hint: 'put it into a file of the workspace and name that' });
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}
