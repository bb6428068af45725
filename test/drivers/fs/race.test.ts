import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createHostFs } from '../../../src/drivers/fs/host-fs.ts';
import { OxiosError } from '../../../src/kernel/errors.ts';
import { bytes, NEVER, SECRET, text, type World, world } from './world.ts';

const SWAPS = 20_000;

/** A process that exchanges a folder for a link to the outside, and a file for a link to a secret, again and again. */
function attack(here: World): { going(): boolean; swaps(): Promise<number> } {
  mkdirSync(here.at('d'));
  mkdirSync(here.at('d/deep'));
  mkdirSync(join(here.outside, 'deep'));
  writeFileSync(here.at('d/secret.txt'), 'mine');
  writeFileSync(here.at('d/deep/secret.txt'), 'mine');
  writeFileSync(join(here.outside, 'deep/secret.txt'), SECRET);
  writeFileSync(here.at('f'), 'mine');
  symlinkSync(here.outside, here.at('d.other'));
  symlinkSync(join(here.outside, 'secret.txt'), here.at('f.other'));
  const program = fileURLToPath(new URL('../../helpers/swap.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, String(SWAPS), here.at('d'), here.at('d.other'), here.at('f'), here.at('f.other')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.stdin.end());
  let swaps = 0;
  let going = true;
  child.stdout.on('data', (chunk: Buffer) => {
    swaps = Number(chunk.toString().trim().split('\n').at(-1));
  });
  const done = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    going = false;
  });
  return { going: () => going, swaps: () => done.then(() => swaps) };
}

type Work = (here: World) => Promise<unknown>;
const fs = createHostFs();
const PATHS = ['d/secret.txt', 'd/deep/secret.txt', 'f'];

const WORKS: Readonly<Record<string, Work>> = {
  read: async (here) => {
    for (const path of PATHS) await seen(async () => text((await fs.read(here.at(path), here.guard)).bytes));
  },
  list: async (here) => {
    for (const path of ['d', 'd/deep']) await seen(async () => JSON.stringify(await fs.list(here.at(path), here.guard)));
  },
  stat: async (here) => {
    for (const path of PATHS) await seen(async () => String((await fs.stat(here.at(path), here.guard))?.size ?? ''));
  },
};

/** What came of a work; a refusal is fine, the outside is not. */
async function seen(work: () => Promise<string>): Promise<void> {
  try {
    const found = await work();
    expect(found).not.toContain(SECRET);
    expect(found).not.toBe(String(SECRET.length));
  } catch (error) {
    if (!(error instanceof OxiosError)) throw error;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each(Object.keys(WORKS))(`%s never leaves the workspace while ${SWAPS} swaps are made under it`, async (name) => {
  const here = world();
  const before = here.beyond();
  const attacker = attack(here);
  for (; attacker.going(); await turn()) for (let n = 0; n < 50; n++) await WORKS[name]?.(here);
  expect(await attacker.swaps()).toBe(SWAPS);
  for (const [path, content] of Object.entries(before)) expect(here.beyond()[path]).toBe(content);
});

test(`write changes and makes nothing outside while ${SWAPS} swaps are made under it`, async () => {
  const here = world();
  const attacker = attack(here);
  const before = here.beyond();
  let n = 0;
  for (; attacker.going(); await turn()) {
    for (const path of [...PATHS, `d/new-${n++ % 100}`, `d/deep/sub-${n % 100}/x`])
      await seen(async () => (await fs.write(here.at(path), bytes('mine'), here.guard)).path);
  }
  expect(await attacker.swaps()).toBe(SWAPS);
  expect(here.beyond()).toEqual(before);
});

test('grep and find enter the folder that was judged while it is swapped', async () => {
  const here = world();
  const attacker = attack(here);
  for (; attacker.going(); await turn()) {
    await seen(async () => (await fs.search({ pattern: '.', under: here.at('d'), mode: 'lines', max_results: 50 }, here.guard, NEVER)).lines.join('\n'));
    await seen(async () => (await fs.search({ pattern: '.', under: here.at('f'), mode: 'lines', max_results: 50 }, here.guard, NEVER)).lines.join('\n'));
    await seen(async () => {
      const { lines } = await fs.find({ under: here.at('d'), max_results: 50 }, here.guard, NEVER);
      expect(lines).not.toContain('sub/secret.txt');
      return lines.join('\n');
    });
  }
  expect(await attacker.swaps()).toBe(SWAPS);
});
