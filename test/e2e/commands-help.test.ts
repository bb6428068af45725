import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { oxios, place, ROOT } from '../helpers/oxios.ts';

const here = place();
afterAll(() => here.remove());

const doc = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const help = async (...args: readonly string[]): Promise<string> => (await oxios([...args, '--help'], { home: here.home })).stdout;

/** Names of commands and of flags in a help. */
const commandsIn = (text: string): readonly string[] => [...text.matchAll(/^ {2}oxios ([a-z]+) .*$/gmu)].map(([, name = '']) => name);
const flagsIn = (text: string): readonly string[] => [...text.matchAll(/^ {2,6}(?:-\w, )?--([a-z-]+)/gmu)].map(([, name = '']) => name);
/** One section of a page with sections. */
const sectionOf = (page: string, head: string): string => page.split(/^## /mu).find((one) => one.startsWith(head)) ?? '';

const COMMON = ['help', 'version', 'json', 'home', 'quiet', 'verbose', 'color'];

describe('the documentation', () => {
  const page = doc('commands.md');

  test('has a section for every command that --help names, and for no other', async () => {
    const named = commandsIn(await help());
    expect(named.length).toBeGreaterThan(15);
    expect([...page.matchAll(/^## oxios ([a-z]+)\b/gmu)].map(([, name]) => name)).toEqual(named);
  });

  test('has every flag that --help names, where it belongs', async () => {
    for (const name of commandsIn(await help())) {
      const flags = flagsIn(await help(name));
      expect(flags).toEqual(expect.arrayContaining(COMMON));
      const section = sectionOf(page, `oxios ${name}`);
      for (const flag of flags.filter((one) => !COMMON.includes(one))) expect(`${name}: ${section}`).toContain(`\`--${flag}`);
    }
  });

  test('has every flag of the shell and of -p, and those of every command', async () => {
    const flags = flagsIn(await help());
    expect(flags).toContain('output-schema');
    const told = sectionOf(page, 'oxios [PROMPT]') + sectionOf(page, 'oxios -p') + sectionOf(page, 'Of every command');
    for (const flag of flags) expect(told).toContain(`\`--${flag}`);
  });

  test('says of every command what --json prints', async () => {
    const json = doc('json.md');
    for (const name of commandsIn(await help())) expect(json).toMatch(new RegExp(`\`${name}[ \`]`, 'u'));
  });

  test('every file that a page links to is there', () => {
    for (const file of [
      'README.md',
      ...['architecture', 'commands', 'configuration', 'errors', 'events', 'gateway', 'json', 'models', 'script'].map((one) => `docs/${one}.md`),
    ]) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/gu))
        expect(() => readFileSync(join(ROOT, file, '..', link)), `${file}: ${link}`).not.toThrow(/ENOENT/u);
    }
  });
});
