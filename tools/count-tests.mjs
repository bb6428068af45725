// Sums up vitest's JSON report in one line: `N passed, N failed`, and `, N skipped` when some were.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
if (text === '') {
  console.error('the tests left no report: they did not run to the end');
  process.exit(1);
}
const report = JSON.parse(text);
// A file that could not be loaded has failed, and holds no test that could say so.
const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).length;
const failed = report.numFailedTests + unloaded;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || report.numPassedTests === 0 || !report.success ? 1 : 0);
