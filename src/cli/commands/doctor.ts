import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createHostExec } from '../../drivers/exec/exec.ts';
import { homeAt, openHome } from '../../drivers/store/home.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { ifRunning } from '../boot.ts';
import { readConfig } from '../config.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { usableProviders } from '../providers.ts';
import { wrap } from '../render/wrap.ts';
import { VERSION } from '../version.ts';
import type { Command } from './shared.ts';

interface Finding {
  readonly what: string;
  /** `note`: works, and could be better. */
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
}

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  describe: 'Look at what Oxios needs on this machine and say what is missing',
  examples: [['oxios doctor --json', 'for a script']],
  async run(args) {
    const io = createIo(args);
    const home = homePath(args.home);
    const found: readonly Finding[] = [
      { what: 'oxios', state: 'ok', text: `${VERSION} on Node ${process.versions.node}` },
      homeFinding(home),
      spaceFinding(home),
      sandboxFinding(),
      programFinding('git', 'used by agents, never needed by Oxios itself'),
      ...(await searchFinding()),
      terminalFinding(),
      modelFinding(home),
      await kernelFinding(home),
    ];
    if (io.json) io.out(JSON.stringify({ ok: found.every((one) => one.state !== 'bad'), checks: found }));
    else for (const one of found) io.out(wrap(`${MARKS[one.state]} ${one.what}: ${one.text}`, process.stdout.columns, 5));
    return found.some((one) => one.state === 'bad') ? EXIT.environment : EXIT.ok;
  },
};

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok  ', note: 'note', bad: 'BAD ' };

function attempt(what: string, look: () => Finding): Finding {
  try {
    return look();
  } catch (error) {
    return { what, state: 'bad', text: error instanceof OxiosError ? `${error.detail}${error.hint ? ` (${error.hint})` : ''}` : messageOf(error) };
  }
}

/** Only looked at: a home is made by what first writes in it. */
const homeFinding = (home: AbsPath): Finding =>
  attempt('home', () => {
    if (existsSync(home)) return { what: 'home', state: 'ok', text: openHome(home).path };
    accessSync(existing(home), constants.W_OK | constants.X_OK);
    return { what: 'home', state: 'ok', text: `${home}, made at first use` };
  });

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

const LOW_BYTES = 500 * 1024 * 1024;

const spaceFinding = (home: string): Finding =>
  attempt('disk', () => {
    const { bavail, bsize } = statfsSync(existing(home));
    const free = bavail * bsize;
    return { what: 'disk', state: free < LOW_BYTES ? 'note' : 'ok', text: `${Math.round(free / 1024 ** 2)} MB free` };
  });

function sandboxFinding(): Finding {
  const { kind, detail, hint } = createHostExec({ blobs: homeAt('/' as never).blobs }).sandbox;
  return {
    what: 'sandbox',
    state: kind === 'none' ? 'note' : 'ok',
    text: hint === undefined ? detail : `${detail}; ${hint}`,
  };
}

function programFinding(program: string, why: string): Finding {
  try {
    return { what: program, state: 'ok', text: execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '' };
  } catch {
    return { what: program, state: 'note', text: `not installed: ${why}` };
  }
}

function terminalFinding(): Finding {
  const { columns, rows, isTTY } = process.stderr;
  if (isTTY !== true) return { what: 'terminal', state: 'ok', text: 'none: plain lines, and nobody is asked' };
  const colours = 2 ** process.stderr.getColorDepth();
  const narrow = columns < 80;
  return { what: 'terminal', state: narrow ? 'note' : 'ok', text: `${columns}x${rows}, ${colours} colours${narrow ? '; 80 columns show more' : ''}` };
}

async function searchFinding(): Promise<readonly Finding[]> {
  const { rgPath } = await import('@vscode/ripgrep');
  return [attempt('ripgrep', () => ({ what: 'ripgrep', state: 'ok', text: execFileSync(rgPath, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '' }))];
}

const modelFinding = (home: string): Finding =>
  attempt('model', () => {
    const config = readConfig(home);
    const keys = usableProviders(config);
    if (keys.length === 0)
      return { what: 'model', state: 'note', text: 'no key: set ANTHROPIC_API_KEY or OPENAI_API_KEY, or try oxios demo, which needs none' };
    return { what: 'model', state: 'ok', text: `can ask ${keys.join(', ')}${config.model ? `, default ${config.model}` : ''}` };
  });

async function kernelFinding(home: AbsPath): Promise<Finding> {
  try {
    const kernel = await ifRunning(home);
    kernel?.close();
    return { what: 'kernel', state: 'ok', text: kernel ? `running on ${homeAt(home).socket}` : 'none is running' };
  } catch (error) {
    return { what: 'kernel', state: 'bad', text: error instanceof OxiosError ? error.detail : messageOf(error) };
  }
}
