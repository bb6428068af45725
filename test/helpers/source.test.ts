import { describe, expect, test } from 'vitest';
import { type Import, sourceOf } from './source.ts';

const value = (from: string): Import => ({ from, how: 'static', typeOnly: false });
const type = (from: string): Import => ({ from, how: 'static', typeOnly: true });
const lazy = (from: string): Import => ({ from, how: 'lazy', typeOnly: false });
const again = (from: string, typeOnly = false): Import => ({ from, how: 'reexport', typeOnly });
const computed: Import = { from: '', how: 'computed', typeOnly: false };

const IMPORTS: readonly (readonly [source: string, imports: readonly Import[]])[] = [
  [`import { a } from 'a';`, [value('a')]],
  [`import a, { b as c } from "a"`, [value('a')]],
  [`import * as a from 'a';`, [value('a')]],
  [`import 'a';`, [value('a')]],
  [`import {\n  a, // 'x'\n  /* from 'y' */ b,\n} from './a.ts';`, [value('./a.ts')]],
  [`import type { A } from 'a';`, [type('a')]],
  [`import type A from 'a';`, [type('a')]],
  [`import type * as A from 'a';`, [type('a')]],
  [`import { type A, type B } from 'a';`, [value('a')]],
  [`import type from 'a';`, [value('a')]],
  [`import type, { b } from 'a';`, [value('a')]],
  [`const a = await import('a');`, [lazy('a')]],
  [`const f = () => import('./a.ts');`, [lazy('./a.ts')]],
  [`type A = import('a').A;`, [lazy('a')]],
  [`const a = require('a');`, [lazy('a')]],
  [`const a = await import(name);`, [computed]],
  [`const a = await import(\`./\${name}.ts\`);`, [computed]],
  [`export { a } from 'a';`, [again('a')]],
  [`export * from 'a';`, [again('a')]],
  [`export * as a from 'a';`, [again('a')]],
  [`export type { A } from 'a';`, [again('a', true)]],
  [`export type * from 'a';`, [again('a', true)]],
  [`export { a };\nconst from = 'b';`, []],
  [`export const a = 1; import { b } from 'b';`, [value('b')]],
  [`const url = import.meta.url; const from = 'a';`, []],
  [`store.import('a'); store.export('b');`, []],
  [`const io = { import(path: string) { return path; } };`, []],
  [`// import 'a';\n/* import 'b';\n import 'c'; */`, []],
  [`const a = "import 'a';"; const b = 'export * from "b"';`, []],
  ["const a = `import 'a'`;", []],
  [`const a = \`x \${await import('a')} y \${ { b: \`\${1}\` }.b } z\`; import 'b';`, [value('b'), lazy('a')]],
  [`const quote = /['"\`]/u; import { a } from 'a';`, [value('a')]],
  [`const half = a / 2; const b = c / 'd'.length; import 'e';`, [value('e')]],
  [`if (/[/'"]/.test(a)) void 0;\nimport 'b';`, [value('b')]],
  [`const Hint = () => <Text>don't</Text>;\nconst a = await import('a');`, [lazy('a')]],
  [`const a = '\\'import'; import 'b';`, [value('b')]],
];

const byName = (imports: readonly Import[]): readonly Import[] => imports.toSorted((a, b) => (a.from < b.from ? -1 : 1));

describe('sources are read as the compiler reads them', () => {
  test.each(IMPORTS)('imports of %s', (source, imports) => {
    expect(byName(sourceOf(source).imports)).toEqual(byName(imports));
  });

  test.each([
    ['', 0],
    ['\n\n', 0],
    ['const a = 1;', 1],
    ['// a\n\nconst a = 1; // b\n/* c\n d */\n', 1],
    ['const a = `x\ny\nz`;', 3],
    ['/** a */ const b = 1;\nconst c = 2;', 2],
    ["const a = '// no comment';\nconst b = '/* nor this';\nconst c = 1;", 3],
  ])('lines of code in %j', (source, lines) => {
    expect(sourceOf(source).lines).toBe(lines);
  });

  test.each([
    ['export default 1;', true],
    ['export default function f() {}', true],
    ['export const a = { default: 1 };', false],
    ['switch (a) { default: break; }', false],
  ])('default export of %s', (source, exportsDefault) => {
    expect(sourceOf(source).exportsDefault).toBe(exportsDefault);
  });

  test.each([
    ['class A {}', [{ name: 'A', base: '' }]],
    ['export class A extends Error {}', [{ name: 'A', base: 'Error' }]],
    ['const a = class {};', [{ name: '', base: '' }]],
    ["const a = { class: 1 }; const b = 'class C {}'; a.class;", []],
  ])('classes of %s', (source, classes) => {
    expect(sourceOf(source).classes).toEqual(classes);
  });
});
