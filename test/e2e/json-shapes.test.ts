import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oxios, type Place, place, ROOT } from '../helpers/oxios.ts';

let here: Place;
let run: string;
const at = (...args: readonly string[]) => oxios(args, { home: here.home });

beforeAll(async () => {
  here = place('demo');
  run = (await at('run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json')).events().at(-1).run;
});
afterAll(() => here.remove());
const CASES = '[{command: ls, expect: allow}]';

const rows = readFileSync(join(ROOT, 'docs/json.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'));

/** What the page says of a command: the names at the top of each `{...}`, those that may be missing marked with `?`. */
function shapesOf(command: string): readonly (readonly string[])[] {
  const row = rows.find((line) => line.split(' | ')[0]?.includes(`\`${command}\``)) ?? '';
  return [...row.matchAll(/`\[?\{(.*?)\}\]?`/gu)].map(([, inner = '']) => namesAtTop(inner));
}

/** `a, b{c, d}, e[]?` has `a`, `b` and `e?`. */
function namesAtTop(inner: string): readonly string[] {
  let text = inner;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/gu, '');
  }
  return text.split(', ').map((one) => one.replace(/:.*$/u, ''));
}

const CALLS: readonly (readonly [command: string, args: () => readonly string[]])[] = [
  ['run', () => ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace']],
  ['run --dry-run', () => ['run', 'seed.yaml', '--dry-run', '--model', 'script:model.yaml']],
  ['replay', () => ['replay', run]],
  ['seed lint', () => ['seed', 'lint', 'seed.yaml']],
  ['seed digest', () => ['seed', 'digest', 'seed.yaml']],
  ['seed diff', () => ['seed', 'diff', 'seed.yaml', 'seed.yaml']],
  ['seed new', () => ['seed', 'new', 'made.yaml']],
  ['ps', () => ['ps', '--all']],
  ['wait', () => ['wait', '1']],
  ['cost', () => ['cost']],
  ['audit verify', () => ['audit', 'verify']],
  ['audit proof', () => ['audit', 'proof', '1']],
  ['audit checkpoint', () => ['audit', 'checkpoint']],
  ['audit export', () => ['audit', 'export']],
  ['policy list', () => ['policy', 'list']],
  ['policy test', () => ['policy', 'test', here.path('cases.yaml')]],
  ['trust', () => ['trust', here.workspace]],
  ['config set', () => ['config', 'set', 'retries', '3']],
  ['config unset', () => ['config', 'unset', 'retries']],
  ['config keys', () => ['config', 'keys']],
  ['personas', () => ['personas']],
  ['models list', () => ['models', 'list']],
  ['doctor', () => ['doctor']],
];

test.each(CALLS)('oxios %s --json has the fields that docs/json.md names', async (command, args) => {
  writeFileSync(here.path('.oxios/config.json'), '{"retries":2}');
  writeFileSync(here.path('cases.yaml'), CASES);
  const shapes = shapesOf(command);
  expect(shapes.length).toBeGreaterThan(0);
  const ran = await at(...args(), '--json');
  expect(ran.stderr).not.toMatch(/^[A-Z_]+: /mu);
  const last = JSON.parse(ran.stdout.trimEnd().split('\n').at(-1) ?? '');
  const fields = Object.keys(Array.isArray(last) ? last[0] : last);
  const fits = shapes.filter((shape) => {
    const known = shape.map((name) => name.replace('?', ''));
    const must = shape.filter((name) => !name.endsWith('?'));
    const own = last.type === 'run.result' ? fields.filter((field) => known.includes(field)) : fields;
    return must.every((name) => fields.includes(name)) && own.every((name) => known.includes(name));
  });
  expect(fits, `${fields.join()} of ${JSON.stringify(shapes)}`).toHaveLength(1);
});
