// Keeps the top-level help as a file, so that showing it loads nothing: dist/help.txt is what `oxios --help` prints.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const help = execFileSync(process.execPath, ['bin/oxios.mjs', '--help'], { env: { ...process.env, OXIOS_HELP_LIVE: '1', COLUMNS: '100' }, encoding: 'utf8' });
if (!help.includes('oxios run')) throw new Error('the help does not name its commands');
writeFileSync('dist/help.txt', help);
