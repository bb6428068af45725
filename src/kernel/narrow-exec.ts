import { covers, formatRule, isUnder } from './capability.ts';
import { opensUnnamed } from './command/contents.ts';
import { gitEnvironment } from './command/git-guard.ts';
import { needsOfCommand } from './command/needs.ts';
import { parseCommand } from './command/parse.ts';
import type { ParsedCommand } from './command/simple.ts';
import { quoted } from './command/words.ts';
import { withheld } from './decide.ts';
import { pathOutside, scrubbed } from './environment.ts';
import { OxiosError } from './errors.ts';
import { trustsRepository } from './git-trust.ts';
import type { ExecRequest, HostChild } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Lent } from './lent.ts';
import { absoluteIn } from './paths.ts';
import { mountOf } from './process.ts';
import { homesOf } from './protect.ts';
import { homedirOf, sandboxFor } from './sandbox-spec.ts';
import { foldersOfHomes, repositoriesIn, secretsFrom } from './secrets.ts';
import type { CommandRequest, SysExec } from './tool.ts';

const CAP_BYTES = 64 * 1024;

type Parsed = Extract<ParsedCommand, { ok: true }>;

/** Commands as one call may run them: only when its needs say so, below the working directory or in its own copies. */
export function narrowedExec(lent: Lent): SysExec {
  const { proc, host } = lent;
  const start = async (request: CommandRequest, signal: AbortSignal): Promise<HostChild> => {
    const parsed = declared(lent, request);
    return host.exec.start(await execRequest(lent, request, parsed), signal);
  };
  return {
    async run(request) {
      const child = await start(request, lent.signal);
      return child.done;
    },
    async background(request) {
      const child = await start(request, proc.controller.signal);
      const id = `b${proc.background.size + 1}`;
      proc.background.set(id, { child, needs: lent.needs });
      // How it ended is known before anyone asks.
      child.done.then(
        (outcome) => outcomes.set(child, outcome),
        () => undefined,
      );
      return id;
    },
    poll(id) {
      const found = proc.background.get(id);
      return found && pollOf(found.child);
    },
    stop(id) {
      const found = proc.background.get(id);
      found?.child.stop();
      return found !== undefined;
    },
    which: (program) => host.exec.which(program),
    spilled: (id, range) => host.exec.spilled(id, range),
  };
}

/** A tool may run what its call was judged for, and nothing else. In a disposable copy files are free. */
function declared(lent: Lent, { argv, script, cwd = lent.proc.cwd }: CommandRequest): Parsed {
  const parsed = parseCommand(script ?? quoted(argv ?? []));
  if (!parsed.ok) throw new OxiosError('COMMAND_DENIED', parsed.reason, { hint: 'write it as plain commands' });
  const inCopy = lent.copies.some((copy) => isUnder(cwd, copy.root));
  const needs = needsOfCommand(parsed, { cwd, resolve: (path) => absoluteIn(path, cwd, lent.userHome) });
  const more = needs.find((need) => !(inCopy && need.on !== 'exec') && !lent.needs.some((one) => covers(one, need)));
  if (more) throw new OxiosError('COMMAND_DENIED', `the call did not declare ${formatRule(more)}`, { hint: 'a tool may only run what its needs name' });
  return parsed;
}

const outcomes = new WeakMap<HostChild, Awaited<HostChild['done']>>();

function pollOf(child: HostChild): NonNullable<ReturnType<SysExec['poll']>> {
  const outcome = outcomes.get(child);
  return { output: child.drain(), ...(outcome ? { outcome } : {}) };
}

async function execRequest(lent: Lent, request: CommandRequest, parsed: Parsed): Promise<ExecRequest> {
  const { proc } = lent;
  const argv = request.argv ?? ['bash', '-c', request.script ?? ''];
  const cwd = request.cwd ?? proc.cwd;
  const copy = lent.copies.find((one) => isUnder(cwd, one.root));
  if (!copy) await inWorkspace(lent, cwd, parsed);
  const outer = { ...lent.env, PATH: pathOutside(lent.env.PATH, proc.cwd), HOME: homedirOf(lent.env, lent.userHome) };
  const env = scrubbed(outer, { ...(copy ? {} : gitEnvironment(parsed)), ...request.env });
  return {
    argv,
    cwd,
    env,
    timeout_ms: request.timeout_ms,
    ...(request.stdin === undefined ? {} : { stdin: new TextEncoder().encode(request.stdin) }),
    cap_bytes: request.cap_bytes ?? CAP_BYTES,
    sandbox: sandboxFor({
      // What this one call was allowed, a person may have allowed it alone.
      authority: { ...lent.authority, granted: [...lent.authority.granted, ...lent.needs] },
      cwd: proc.cwd,
      ...(copy ? { copy } : {}),
      mount: mountOf(proc),
      home: lent.home,
      homes: homesOf(lent),
      path: env.PATH ?? '',
      hidden: proc.run.hidden,
      secrets: await secretsFrom(lent, copy?.root ?? proc.cwd),
      repositories: await repositoriesIn(lent),
      homeFolders: copy ? [] : await foldersOfHomes(lent),
    }),
    onSpawn: lent.started,
    onOutput: lent.output,
  };
}

/** The workspace is not as disposable as a copy of it. */
async function inWorkspace(lent: Lent, cwd: AbsPath, parsed: Parsed): Promise<void> {
  const root = lent.proc.cwd;
  if (!isUnder(cwd, root)) throw new OxiosError('PATH_DENIED', `a command may not run in ${cwd}`, { hint: `run it below ${root}` });
  if (lent.host.exec.sandbox.kind === 'none') keepOff(lent, parsed);
  await trustsRepository(lent, parsed);
}

/** What a sandbox would hide, a command without one may not come upon. */
function keepOff({ proc, userHome, authority, needs }: Lent, parsed: Parsed): void {
  const named = new Set(needs.map(formatRule));
  const kept = withheld(authority).flatMap((one) => (one.on === 'fs' && one.right === 'read' && !named.has(formatRule(one)) ? [one.under] : []));
  const found = opensUnnamed(parsed, [...proc.run.hidden, ...kept], (path) => absoluteIn(path, proc.cwd, userHome));
  if (found === undefined) return;
  throw new OxiosError('PATH_DENIED', `the command would also read ${found}, which is hidden`, {
    hint: 'name the files it is to read, or use the tools grep, find and read',
  });
}
