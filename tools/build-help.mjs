// Keeps the top-level help as a file, so that showing it loads nothing: dist/help.txt is what `oxios --help` prints.
// 100 columns is the width yargs is given when it does not write to a terminal.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const env = { ...process.env, OXIOS_HELP_LIVE: '1', COLUMNS: '100' };
const help = execFileSync(process.execPath, ['dist/cli/main.js', '--help'], { env, encoding: 'utf8' });
if (!help.includes('oxios run')) throw new Error(`the help does not name its commands:\n${help}`);
writeFileSync('dist/help.txt', help);
