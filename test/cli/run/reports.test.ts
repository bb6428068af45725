import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../src/cli/run/course.ts';
import { junitOf } from '../../../src/cli/run/junit.ts';
import { sarifOf } from '../../../src/cli/run/sarif.ts';
import type { Line } from '../../helpers/oxios.ts';

/** Characters that mean something to XML, that it cannot write, that are half of one, and that steer a terminal. */
const HOSTILE = '<b>&amp;"\'\u0000\u0007\u001b[2J\u000b\ufffe\ud800]]> --> \r\n\tnext\u2028 \u{1f600}';

const evidence = [
  { kind: 'contract', ok: true, text: 'the verify command exits 0' },
  { kind: 'project', ok: true, text: "the project's own make test holds" },
  { kind: 'semantic', ok: false, text: `score 0.2: ${HOSTILE}`, at: ['src/a b#c?.js:3-9', 'no place'] },
  { kind: 'consensus', ok: false, text: 'consensus: 1 of 3 approve' },
  { kind: 'consensus', ok: true, text: 'ballot 1, judge', at: ['src/b.js:7:2', '%2e%2e/x:1'] },
];
const RESULT = {
  type: 'run.result',
  run: 'r_1',
  outcome: 'REJECTED',
  exit_code: 1,
  criteria: [
    { id: 'a', description: `it works ${HOSTILE}`, status: 'FAIL', evidence },
    { id: 'b', description: 'and that', status: 'PASS', evidence: evidence.slice(0, 1) },
    { id: 'c', description: 'and the rest', status: 'UNVERIFIED', evidence: [{ kind: 'workspace', ok: false, text: 'it changed' }] },
  ],
  files_changed: [],
} as unknown as Result;

describe('a JUnit report', () => {
  /** As a parser sees it that knows no mercy. */
  const parsed = (): Line => {
    const read = `
import json, sys, xml.etree.ElementTree as tree
def plain(one):
    return {'tag': one.tag, 'attributes': one.attrib, 'text': (one.text or '').strip(), 'children': [plain(child) for child in one]}
print(json.dumps(plain(tree.fromstring(sys.stdin.buffer.read()))))`;
    return JSON.parse(execFileSync('python3', ['-c', read], { input: junitOf(RESULT), encoding: 'utf8' }));
  };

  test('is XML, whatever was said', () => {
    const [suite] = parsed().children;
    expect(suite.attributes).toEqual({ name: 'r_1', tests: '3', failures: '1', errors: '1', skipped: '0' });
    const [failed, passed, open] = suite.children;
    expect(failed.attributes.name).toContain('a it works <b>&amp;"\'\ufffd\ufffd\ufffd[2J');
    expect(failed.attributes.name).toContain('\r\n\tnext');
    expect(failed.children.map((one: Line) => [one.tag, one.attributes.type])).toEqual([
      ['failure', 'FAIL'],
      ['system-out', undefined],
    ]);
    expect(passed.children.map((one: Line) => one.tag)).toEqual(['system-out']);
    expect(open.children.map((one: Line) => [one.tag, one.attributes.message])).toEqual([
      ['error', 'it changed'],
      ['system-out', undefined],
    ]);
  });

  test('shows what every stage found, and where', () => {
    const out: string = parsed().children[0].children[0].children[1].text;
    expect(out).toContain('mechanical + contract: the verify command exits 0\n');
    expect(out).toContain("mechanical + project: the project's own make test holds\n");
    expect(out).toMatch(/^semantic - semantic: score 0\.2: <b>/mu);
    expect(out).toContain('consensus + consensus: ballot 1, judge [src/b.js:7:2, %2e%2e/x:1]');
  });
});

describe('a SARIF report', () => {
  const [report] = JSON.parse(sarifOf(RESULT, { path: 'a seed#1.yaml', text: 'goal: g\nacceptance_criteria:\n  - and the rest\n' })).runs as Line[];
  const locations = (one: Line): Line[] => [...one.locations, ...(one.relatedLocations ?? [])];

  test('has what the format asks for', () => {
    expect(report.tool.driver.name).toBe('Oxios');
    const rules = report.tool.driver.rules.map((one: Line) => one.id);
    expect(report.results.map((one: Line) => [one.ruleId, one.level])).toEqual([
      ['FAIL', 'error'],
      ['UNVERIFIED', 'warning'],
    ]);
    for (const one of report.results) {
      expect(rules).toContain(one.ruleId);
      expect(one.message.text).not.toBe('');
      for (const { physicalLocation } of locations(one)) {
        expect(physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
        expect(new URL(physicalLocation.artifactLocation.uri, 'file:///w/').href).toMatch(/^file:\/\/\/w\/[\w%./-]+$/u);
      }
    }
  });

  test('points to the seed, and to the places of the evidence', () => {
    const [failed, open] = report.results;
    const places = (list: Line[]) => list.map(({ physicalLocation: at }) => [at.artifactLocation.uri, at.artifactLocation.uriBaseId, at.region.startLine]);
    expect(places(failed.locations)).toEqual([
      ['a%20seed%231.yaml', undefined, 1],
      ['src/a%20b%23c%3F.js', '%SRCROOT%', 3],
    ]);
    expect(places(failed.relatedLocations)).toEqual([
      ['src/a%20b%23c%3F.js', '%SRCROOT%', 3],
      ['src/b.js', '%SRCROOT%', 7],
      ['%252e%252e/x', '%SRCROOT%', 1],
    ]);
    expect(failed.relatedLocations.map((one: Line) => [one.id, one.message.text.split(' ')[0]])).toEqual([
      [1, 'semantic'],
      [2, 'consensus'],
      [3, 'consensus'],
    ]);
    expect(failed.properties.evidence.map((one: Line) => one.stage)).toEqual(['mechanical', 'mechanical', 'semantic', 'consensus', 'consensus']);
    expect(places(open.locations)).toEqual([['a%20seed%231.yaml', undefined, 3]]);
  });
});
