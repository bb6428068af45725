// What text from outside costs on its way to a terminal and to the log: `node bench/text.ts`.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor } from '../src/kernel/text/redact.ts';
import { createSanitizer, sanitize } from '../src/kernel/text/sanitize.ts';
import { median, rates, timed } from './measure.ts';

const ROOT = join(import.meta.dirname, '..');
const MB = 1e6;
const ROUNDS = 9;
const CHUNK = 4096;
/** Megabytes a second, whatever the text. */
const GOAL = 50;

const files = (folder: string, kind: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => kind.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
const long = (texts: readonly string[]): string => {
  const text = texts.join('\n');
  return text.repeat(Math.ceil((4 * MB) / text.length));
};
const TEXTS = { prose: long(files('docs', /\.md$/u)), code: long(files('src', /\.ts$/u)), base64: randomBytes(3 * MB).toString('base64') };

const keys = ['ant-api03', 'proj', 'svcacct'].map((kind) => ({ name: kind, value: `sk-${kind}-${randomBytes(60).toString('base64url')}` }));
const redactor = createRedactor(keys);

function inPieces({ push, end }: { push(chunk: string): string; end(): string }, text: string): void {
  for (let at = 0; at < text.length; at += CHUNK) push(text.slice(at, at + CHUNK));
  end();
}

const WORKS: Readonly<Record<string, (text: string) => void>> = {
  redact: (text) => void redactor.text(text),
  'redact, in pieces': (text) => inPieces(redactor.stream(), text),
  sanitize: (text) => void sanitize(text),
  'sanitize, in pieces': (text) => inPieces(createSanitizer(), text),
};

for (const [kind, text] of Object.entries(TEXTS)) {
  const bytes = Buffer.from(text);
  const speed = async (work: () => void): Promise<number> => {
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round++) taken.push(await timed(work));
    return bytes.length / MB / (median(taken) / 1000);
  };
  const floor = await speed(() => void new TextDecoder().decode(bytes));
  const lines = [];
  for (const [what, work] of Object.entries(WORKS)) lines.push({ what, rate: await speed(() => work(text)), least: GOAL, goal: `>= ${GOAL} MB/s` });
  rates(`${kind}, MB a second (decoding UTF-8 alone: ${Math.round(floor)}), three configured keys`, lines);
}
