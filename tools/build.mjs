// Builds dist/ beside itself and moves it into place when it is whole: a build that fails or is interrupted leaves the
// last one as it was. The top-level help is kept as a file, so that showing it loads nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import config from '../rolldown.config.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const fresh = `dist.${process.pid}`;
const last = `${fresh}.last`;

try {
  await build({ ...config, output: { ...config.output, dir: fresh } });
  writeFileSync(`${fresh}/help.txt`, help(`${fresh}/cli/main.js`));
  if (existsSync('dist')) renameSync('dist', last);
  renameSync(fresh, 'dist');
} finally {
  for (const folder of [fresh, last]) rmSync(folder, { recursive: true, force: true });
}

/** What yargs prints, at the width it has without a terminal. The shim shows the file for `oxios --help`. */
function help(program) {
  const text = execFileSync(process.execPath, [program, '--help'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (!text.includes('oxios run')) throw new Error(`the help does not name its commands:\n${text}`);
  return text;
}
