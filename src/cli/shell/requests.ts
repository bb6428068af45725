import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { ResumeOptions, RunRequest } from '../../kernel/kernel-types.ts';
import { formatDiagnostic, readSeed } from '../../ouroboros/seed/read.ts';
import { toYaml } from '../../ouroboros/seed/to-yaml.ts';
import { foldInterview, NO_INTERVIEW } from '../../ouroboros/view/interview.ts';
import { currentOf } from '../../ouroboros/view/lineage.ts';
import type { Requests } from '../../tui/ports.ts';
import { reading } from '../boot.ts';
import type { Args } from '../commands/shared.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { requestOf, resumption } from '../interview/session.ts';
import type { Io } from '../io.ts';
import { eventsOf, lastRunOf, lineageNamed, lineagesIn } from '../lineage/read.ts';
import { checkReady } from '../lineage/ready.ts';
import { requestFor } from '../lineage/request.ts';
import { type BegunSeed, begunSeed } from '../run/begun-seed.ts';
import { isFolder } from '../run/files.ts';
import { goingOn } from '../run/going-on.ts';
import { assertSameSeed } from '../run/same-seed.ts';
import { seedRequest } from '../run/seed-request.ts';
import { assertWritable } from '../run/workplace.ts';
import { chatRequest } from './chat-request.ts';

type Given = Args<Record<string, unknown>>;

/** Rounds of questions of an interview begun in the shell. */
const MAX_ROUNDS = 10;

/** Requests as the commands make them, with the flags that the shell was begun with; `say` has what they would print beside. */
export function createRequests(flags: Given, say: (line: string) => void): Requests {
  let args = flags;
  const io: Io = { ...SILENT, say };
  const home = (): AbsPath => homePath(args.home);
  return {
    chat: (first, from) => chatRequest({ args, io }, first, from),
    use(model) {
      args = { ...args, model };
    },
    interview: (idea) => requestOf(args, io, { idea, piped: '', max_rounds: MAX_ROUNDS, unattended: false, forced: false, answered: true }),
    run: (text, path) => seedRun({ args, io }, text, path),
    evolve: (run, edited) => evolution({ args, io }, home(), run, edited),
    resume: (run, change = {}) => resumed(change.model === undefined ? args : { ...args, model: change.model }, home(), run, change.model),
    seed: (run) => seedText(home(), run),
  };
}

/** The shell is the terminal: nothing is printed beside it, and somebody can be asked. */
const SILENT: Omit<Io, 'say'> = { json: false, quiet: true, verbose: false, live: false, interactive: true, out: () => undefined };

interface Session {
  readonly args: Given;
  readonly io: Io;
}

async function seedRun({ args, io }: Session, text: string, path: string | undefined): Promise<RunRequest> {
  const bytes = new TextEncoder().encode(text);
  const seed = readSeed(bytes, path ?? 'the seed');
  if (!seed.ok) {
    const found = seed.diagnostics.find((one) => one.severity === 'error');
    throw new OxiosError('SEED_INVALID', found ? formatDiagnostic(found, path ?? 'the seed') : 'the seed is not valid', { hint: 'mend it in an editor' });
  }
  const { request } = await seedRequest({ io, args, file: path, bytes }, seed);
  assertWritable(request.cwd);
  return request;
}

async function evolution({ args, io }: Session, home: AbsPath, run: RunId, edited: string | undefined): Promise<RunRequest> {
  const lineage = lineageNamed(await lineagesIn(home), run);
  const last = currentOf(lineage).at(-1);
  const { run: worked } = lastRunOf(lineage);
  const events = await eventsOf(home, worked);
  await checkReady(home, lineage, events, false);
  if (!last?.judged) throw new OxiosError('USAGE', `run ${worked} has evaluated no generation`, { hint: 'wait until it has, or begin a new one' });
  return requestFor({ io, args, lineage, last, events, edited });
}

/**
 * The model that the shell was begun with is for what begins in it: a run goes on with its own, unless another is asked for.
 * A person is there, so the limits that the shell was begun with may raise those it has; one that came to its limit goes on
 * with what the configuration allows by now.
 */
async function resumed(args: Given, home: AbsPath, run: RunId, model: string | undefined): Promise<ResumeOptions> {
  const { model: _begun, ...rest } = args;
  const given = { ...rest, extend: true, ...(model === undefined ? {} : { model }) } as Given;
  const { view, seed } = await begunAs(home, run);
  if (!isFolder(view.cwd)) throw new OxiosError('FILE_MISSING', `the folder ${view.cwd} it works in is gone`, { hint: 'put it back where it was' });
  if (view.kind === 'interview') return resumption(given, view, true);
  if (seed) assertSameSeed(seed.read);
  const options = await goingOn(given, view, true);
  if (view.kind !== 'chat' || view.exit_code !== EXIT.limit) return options;
  const { tokens, usd } = readConfig(home).limits;
  return { ...options, limits: { ...(tokens === null ? {} : { tokens }), ...(usd === null ? {} : { usd }), ...options.limits } };
}

async function begunAs(home: AbsPath, run: RunId) {
  const store = reading(home);
  try {
    const view = store.run(run);
    if (!view) throw new OxiosError('NOT_FOUND', `no run ${run}`, { hint: 'see them with /resume' });
    let seed: BegunSeed | undefined;
    for await (const event of store.read({ run, types: ['run.started'] }))
      if (event.type === 'run.started' && event.kind === 'run') seed = begunSeed(event.request);
    return { view, seed };
  } finally {
    store.close();
  }
}

async function seedText(home: AbsPath, run: RunId): Promise<string> {
  const { view } = await begunAs(home, run);
  if (view.kind === 'interview') {
    const { yaml } = (await eventsOf(home, run)).reduce(foldInterview, NO_INTERVIEW);
    if (yaml !== undefined) return yaml;
    throw new OxiosError('NOT_FOUND', 'the interview has no specification yet', { hint: 'answer its questions' });
  }
  const seed = currentOf(lineageNamed(await lineagesIn(home), run)).at(-1)?.seed;
  if (seed) return toYaml(seed);
  throw new OxiosError('REDACTED', `the specification of run ${run} was redacted`, { hint: 'begin a new one' });
}
