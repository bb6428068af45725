import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import headless from '@xterm/headless';
import { type Row, rowsOn } from './picture.ts';

const COLUMNS = 100;
/** More than it prints. */
const ROWS = 100;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What `./oxios demo` leaves in a terminal of 100 columns, with the built program and a home of its own. */
export async function demoRows(): Promise<readonly Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'oxios-picture-'));
  try {
    const env = { PATH: process.env.PATH, HOME: home, OXIOS_HOME: join(home, '.oxios'), OXIOS_CALLED: './oxios', TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const command = `stty cols ${COLUMNS}; exec '${process.execPath}' '${join(ROOT, 'bin/oxios.mjs')}' demo`;
    const said = execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] });
    const terminal = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
    await new Promise<void>((resolve) => terminal.write(`$ ./oxios demo\r\n${said}`, resolve));
    return rowsOn(terminal);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
