import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, namesIn } from '../../drivers/alive.ts';
import { writeDurably } from '../../drivers/store/durable.ts';
import { errnoOf, faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import { type AbsPath, type RunId, runIdOf } from '../../kernel/ids.ts';
import type { Memory } from '../../tui/ports.ts';

/** Lines that are kept, and from how many on the file is cut down to them: it is rewritten once in a thousand lines. */
const MOST = 2000;
const CUT_AT = 3000;
/** Lines after which a shell looks again whether it is so far. */
const LOOK_EVERY = 100;
/** A longer line is a document, and is not remembered: characters. */
const MAX_LINE = 10_000;

/**
 * What the shell remembers: `shell/history`, a JSON string a line without what `redacted` takes out, `shell/kept.json`, and
 * changed specifications in `shell/seeds`, all for their owner alone. Throws DISK_FULL, IO.
 */
export function createMemory(home: AbsPath, redacted: (line: string) => string): Memory {
  const folder = join(home, 'shell');
  const file = join(folder, 'history');
  const kept = join(folder, 'kept.json');
  let taken: readonly RunId[] = [];
  const keep = async (runs: readonly RunId[]): Promise<void> => {
    if (runs.length === 0) return;
    const all = [...new Set([...runsIn(textIn(kept)), ...runs])];
    await written(folder, () => writeDurably(kept, bytes(JSON.stringify(all))));
  };
  const seeds = join(folder, 'seeds');
  let appended = 0;
  return {
    history: async () => linesIn(textIn(file)).slice(-MOST),
    async remember(line) {
      if (line.trim() === '' || line.length > MAX_LINE) return;
      await written(folder, () => append(file, `${JSON.stringify(redacted(line))}\n`));
      // The whole is read only when it may have become too long: other shells write to it too.
      appended += 1;
      if (appended % LOOK_EVERY !== 1) return;
      const all = linesIn(textIn(file));
      if (all.length >= CUT_AT)
        await written(folder, () =>
          writeDurably(
            file,
            bytes(
              all
                .slice(-MOST)
                .map((one) => `${JSON.stringify(one)}\n`)
                .join(''),
            ),
          ),
        );
    },
    async takeKept() {
      // Whoever renames one first has it. Those of a process that died with them are left to anybody.
      const files = leftIn(folder).map((name) => claimed(join(folder, name), `${kept}.${process.pid}.${claims++}`));
      taken = [...new Set([...taken, ...files.flatMap((one) => (one === undefined ? [] : runsIn(textIn(one))))])];
      if (taken.length > 0) await written(folder, () => writeDurably(`${kept}.${process.pid}`, bytes(JSON.stringify(taken))));
      for (const one of files) if (one !== undefined) rmSync(one, { force: true });
      return taken;
    },
    async goOn(runs) {
      const left = taken.filter((one) => !runs.includes(one));
      taken = [];
      await keep(left);
      rmSync(`${kept}.${process.pid}`, { force: true });
    },
    keep,
    async seed(run) {
      const text = textIn(join(seeds, `${run}.yaml`));
      return text === '' ? undefined : text;
    },
    keepSeed: (run, yaml) => written(seeds, () => writeDurably(join(seeds, `${run}.yaml`), bytes(yaml))),
  };
}

/** Files taken over are told apart by it, whoever took them in this process. */
let claims = 0;

/** `kept.json`, and what other processes had taken over when they died. */
function leftIn(folder: string): readonly string[] {
  try {
    return namesIn(folder).filter((name) => /^kept\.json(?:\.\d+){0,2}$/u.test(name) && isLeft(Number(name.split('.')[2] ?? 0)));
  } catch (error) {
    throw broken(folder, error);
  }
}

/** A process of our number that took them before we took any is gone. */
const isLeft = (pid: number): boolean => (pid === process.pid ? claims === 0 : !isAlive(pid));

function claimed(file: string, as: string): string | undefined {
  try {
    renameSync(file, as);
    return as;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw broken(file, error);
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return '';
    throw broken(file, error);
  }
}

/** What is no line of ours is passed over: a power cut may leave half of one. */
const linesIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const value = parsed(line);
    return typeof value === 'string' ? [value] : [];
  });

function runsIn(text: string): readonly RunId[] {
  const value = parsed(text);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').map(runIdOf) : [];
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** On the disk when it returns. Half a line that a power cut left stays a line of its own. */
function append(file: string, line: string): void {
  const fd = openSync(file, 'a+', 0o600);
  try {
    writeSync(fd, endsWithLine(fd) ? line : `\n${line}`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function endsWithLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = new Uint8Array(1);
  return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LINE_END);
}

const LINE_END = 10;

async function written(folder: string, act: () => void): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    act();
  } catch (error) {
    throw broken(folder, error);
  }
}

const broken = (path: string, cause: unknown): OxiosError =>
  faultOf(cause) ?? new OxiosError('IO', `${path} cannot be used: ${messageOf(cause)}`, { hint: 'check its permissions', cause });
