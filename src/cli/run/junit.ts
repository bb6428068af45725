import type { Result } from './course.ts';
import { verdictsOf } from './verdicts.ts';

/** The criteria as a JUnit report: a failure for FAIL, an error for what could not be decided. */
export function junitOf(result: Result): string {
  const criteria = verdictsOf(result);
  const count = (...statuses: readonly string[]) => criteria.filter((one) => statuses.includes(one.status)).length;
  const cases = criteria.map((one) => {
    const name = `name="${escaped(`${one.id} ${one.description}`)}" classname="oxios"`;
    if (one.status === 'PASS') return `    <testcase ${name}/>`;
    const { why } = one;
    const tag = one.status === 'FAIL' ? 'failure' : 'error';
    return `    <testcase ${name}>\n      <${tag} type="${escaped(one.status)}" message="${escaped(why.split('\n')[0] ?? '')}">${escaped(why)}</${tag}>\n    </testcase>`;
  });
  const errors = criteria.length - count('PASS', 'FAIL');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="${escaped(result.run)}" tests="${criteria.length}" failures="${count('FAIL')}" errors="${errors}">\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}

/** XML 1.0 has no way to write most controls. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"]/gu, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
