// vitest, with its JSON report beside the usual output when OXIOS_TEST_REPORT names a file for it.
import { spawnSync } from 'node:child_process';

const report = process.env.OXIOS_TEST_REPORT;
const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
const { status } = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
