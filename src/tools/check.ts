import { z } from 'zod';
import { parseCommand } from '../kernel/command/parse.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { AbsPath } from '../kernel/ids.ts';
import { defineTool, type Sys } from '../kernel/tool.ts';

const input = z.object({
  /** Snapshot that is checked, and the one from before the work. */
  tree: z.string(),
  baseline: z.string(),
  /** Workspace-relative paths put back from the baseline first, and paths left out. */
  restore: z.array(z.string()),
  without: z.array(z.string()).default([]),
  /** Files that have another text in the copy. */
  texts: z.array(z.object({ path: z.string(), content: z.string() })).default([]),
  command: z.string().nullable(),
  assertion: z.string().nullable(),
  artifacts: z.array(z.string()),
  timeout_ms: z.number().positive(),
});
type Input = z.infer<typeof input>;

/** The tail of an output that goes into the facts, characters. */
const TAIL = 2000;
/** An assertion is looked for in this much output, bytes. */
const CAP_BYTES = 10 * 1024 * 1024;
/** What a shell says of a program it does not find, and of a script whose interpreter it does not find. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;

/** Facts about a snapshot, found in a disposable copy: a command's exit and output, files and their sizes. It judges nothing. */
export const check = defineTool<Input>({
  name: 'check',
  summary: 'Check a snapshot of the workspace in a disposable copy.',
  input,
  effect: 'idempotent',
  audience: 'body',
  needs: ({ command }) => (command === null ? [] : programs(command).map((program) => ({ on: 'exec', command: program }) as const)),
  describe: ({ command, artifacts }) => `check ${command ?? artifacts.join(', ')}`,
  async run(one, sys) {
    const artifacts = await Promise.all(one.artifacts.map((path) => artifactFacts(one, path, sys)));
    const ran = one.command === null ? NOTHING : await runCommand(one, one.command, sys);
    return { ok: true, text: ran.output_tail, details: { ...ran, artifacts } };
  },
});

const NOTHING = { exit_code: null, timed_out: false, assertion_found: null, output_tail: '' };

/** Consent covers the programs a command names; one that hides them is refused as any other. */
function programs(command: string): readonly string[] {
  const parsed = parseCommand(command);
  if (!parsed.ok) throw new OxiosError('COMMAND_DENIED', `the verify command cannot be judged: ${parsed.reason}`, { hint: 'write it as plain commands' });
  return [...new Set(parsed.commands.map((one) => one.program))];
}

async function runCommand(one: Input, command: string, sys: Sys) {
  const { tree, baseline, restore, without, texts } = one;
  const installed = await sys.workspace.installed();
  const root: AbsPath = await sys.workspace.copy(tree, { from: baseline, restore, without, texts });
  const began = await sys.exec.run({ script: command, cwd: root, timeout_ms: one.timeout_ms, cap_bytes: CAP_BYTES });
  // What was cut off says nothing of the work.
  if (began.cancelled) throw new OxiosError('INTERRUPTED', 'the check was ended before it was done');
  const missing = missingProgram(began.code, began.output);
  return {
    exit_code: began.code,
    timed_out: began.timed_out,
    assertion_found: one.assertion === null ? null : began.output.includes(one.assertion),
    output_tail: began.output.slice(-TAIL),
    ...(missing ? { interpreter_missing: missing } : {}),
    ...(installed === '' ? {} : { installed }),
    ...(began.refused === undefined ? {} : { sandbox: began.refused.text }),
  };
}

/** A name is looked for on PATH; what is named by a path belongs to the work. */
const SHELL_SAYS = /(?:^|[\s:])([\w.+-]+): (?:command )?not found/u;
const ENV_SAYS = /env: [‘'`]?([\w.+-]+)['’]?: No such file or directory/u;
const SHEBANG_SAYS = /: (\/[\w./+-]+): bad interpreter: No such file or directory/u;

function missingProgram(code: number | null, output: string): string | undefined {
  if (code === NOT_FOUND) return (SHELL_SAYS.exec(output) ?? ENV_SAYS.exec(output) ?? SHEBANG_SAYS.exec(output))?.[1];
  return code === NOT_RUNNABLE ? SHEBANG_SAYS.exec(output)?.[1] : undefined;
}

/** Files at most this large are looked into, whether there is anything in them, bytes. */
const MAX_BLANK = 1024 * 1024;

/** An artifact may be a file or a folder: then its files count together. White space, zeros and what has no width are nothing. */
async function artifactFacts(one: Input, path: string, sys: Sys) {
  const now = await sys.workspace.entries(one.tree, path);
  const before = await sys.workspace.entries(one.baseline, path);
  const hashes = (entries: typeof now) => entries.map((entry) => `${entry.path} ${entry.sha256}`).join('\n');
  const sizes = await Promise.all(now.map(async (entry) => ((await isBlank(one.tree, entry, sys)) ? 0 : entry.size)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { path, exists: now.length > 0, bytes, same_as_baseline: now.length > 0 && hashes(now) === hashes(before) };
}

async function isBlank(tree: string, entry: { readonly path: string; readonly size: number }, sys: Sys): Promise<boolean> {
  if (entry.size > MAX_BLANK) return false;
  const bytes = await sys.workspace.file(tree, entry.path);
  return bytes !== undefined && !SOMETHING.test(new TextDecoder().decode(bytes));
}

const SOMETHING = /[^\s\0\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/u;
