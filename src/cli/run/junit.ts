import type { Result } from './course.ts';
import { reasonLine, type Verdict, verdictsOf } from './verdicts.ts';

/** The criteria as a JUnit report: a failure for FAIL, an error for what could not be decided, and what every stage found of each. */
export function junitOf(result: Result): string {
  const criteria = verdictsOf(result);
  const count = (...statuses: readonly string[]) => criteria.filter((one) => statuses.includes(one.status)).length;
  const errors = criteria.length - count('PASS', 'FAIL');
  const totals = `tests="${criteria.length}" failures="${count('FAIL')}" errors="${errors}" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${attribute(result.run)}" ${totals}>`,
    ...criteria.flatMap(caseOf),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf({ id, description, status, why, reasons }: Verdict): readonly string[] {
  const tag = status === 'FAIL' ? 'failure' : 'error';
  const message = attribute(why.split('\n')[0] ?? '');
  return [
    `    <testcase name="${attribute(`${id} ${description}`)}" classname="oxios">`,
    ...(status === 'PASS' ? [] : [`      <${tag} type="${attribute(status)}" message="${message}">${escaped(why)}</${tag}>`]),
    ...(reasons.length === 0 ? [] : [`      <system-out>${escaped(reasons.map(reasonLine).join('\n'))}</system-out>`]),
    '    </testcase>',
  ];
}

/** In an attribute a line break would be read as a blank. */
const attribute = (text: string): string => escaped(text).replace(/[\n\r\t]/gu, (char) => `&#${char.charCodeAt(0)};`);

/** XML 1.0 has no way to write most controls, nor half of a character. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, '\ufffd')
    .replace(/[&<>"]/gu, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
