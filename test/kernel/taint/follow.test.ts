import { expect, test } from 'vitest';
import { type Capability, parseRule } from '../../../src/kernel/capability.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { FOLDER, follow, taintOf } from '../../../src/kernel/taint/follow.ts';
import { createLedger, type Ledger } from '../../../src/kernel/taint/ledger.ts';

const rule = (text: string): Capability => parseRule(text, (path) => path as AbsPath);

/** The integrity of a result and its sources, `trusted` where the folder is. */
function label(ledger: Ledger, needs: readonly string[], { tool = 'bash', effect = 'once' as 'once' | 'read', trusted = false, trusts = [] as string[] } = {}) {
  const ran = { id: 'c1.7', nth: 7, tool, input: {}, needs: needs.map(rule), effect, text: 'some text' };
  const found = follow(ledger, ran, { cwd: '/w' as AbsPath, isTrusted: trusted, trusts: trusts.map(rule) });
  ledger.asked();
  return found && [found.integrity, taintOf(found)];
}

const afterPage = (): Ledger => {
  const ledger = createLedger();
  ledger.add({ integrity: 'untrusted', sources: ['page'], text: 'orders' });
  ledger.asked();
  return ledger;
};

test.each([
  ['a page', createLedger, ['net:a.example'], {}, ['untrusted', ['bash a.example (c1.7)']]],
  ['a page of a host that is trusted', createLedger, ['net:a.example'], { trusts: ['net:a.example'] }, ['tool', undefined]],
  ['what a program of the network brings in', createLedger, ['exec:git:pull'], {}, ['untrusted', ['bash git:pull (c1.7)']]],
  ['a file of the folder', createLedger, ['fs:read:/w/a'], { effect: 'read' }, ['untrusted', [FOLDER]]],
  ['a file of a trusted folder', createLedger, ['fs:read:/w/a'], { effect: 'read', trusted: true }, ['tool', undefined]],
  ['a command in a trusted folder', createLedger, ['exec:make'], { trusted: true }, ['tool', undefined]],
  ['a command there after a page was read', afterPage, ['exec:make'], { trusted: true }, ['untrusted', ['page']]],
  ['what a command in the background has printed since', afterPage, [], { effect: 'read', trusted: true }, ['untrusted', ['page']]],
  ['a file there after a page was read', afterPage, ['fs:read:/w/a'], { effect: 'read', trusted: true }, ['tool', undefined]],
  ['a file that was written', afterPage, ['fs:write:/w/a'], {}, undefined],
] as const)('%s', (_, begin, needs, how, expected) => {
  expect(label(begin(), needs, how as never)).toEqual(expected);
});

test('what is written after a page was read carries it, until it is written anew by who has read nothing', () => {
  const tainted = afterPage();
  const clean = createLedger();
  const reads = (path: string, ledger: Ledger) => label(ledger, [`fs:read:${path}`], { effect: 'read', trusted: true });
  label(tainted, ['fs:write:/w/notes/a.md'], { tool: 'write' });
  expect([reads('/w/notes/a.md', tainted), reads('/w/notes', tainted), reads('/w/other', tainted)]).toEqual([
    ['untrusted', ['page']],
    ['untrusted', ['page']],
    ['tool', undefined],
  ]);
  expect(reads('/w/notes/a.md', clean)).toEqual(['tool', undefined]);
  // A command may have written anything.
  label(tainted, ['exec:make']);
  expect(reads('/w/other', tainted)).toEqual(['untrusted', ['page']]);
});

test('a child knows what its parent knew, and its answer carries what it read', () => {
  const parent = createLedger();
  const child = parent.fork();
  label(child, ['net:a.example']);
  expect(parent.sources()).toEqual([]);
  parent.join(child, 3);
  expect([parent.sources(), parent.all()]).toEqual([[], ['bash a.example (c1.7)']]);
  parent.asked();
  expect([parent.sources(), parent.fork().sources()]).toEqual([['bash a.example (c1.7)'], ['bash a.example (c1.7)']]);
});
