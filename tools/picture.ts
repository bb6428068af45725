import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';

/** A piece of a line in one colour; SGR codes of `src/cli/render/paint.ts`. */
interface Span {
  readonly text: string;
  readonly codes: string;
}

const COLUMNS = 100;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What `./oxios demo` prints in a terminal of 100 columns, with the built program and a home of its own. */
export function demoLines(): readonly string[] {
  const home = mkdtempSync(join(tmpdir(), 'oxios-picture-'));
  try {
    const env = { PATH: process.env.PATH, HOME: home, OXIOS_HOME: join(home, '.oxios'), OXIOS_CALLED: './oxios', TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const command = `stty cols ${COLUMNS}; exec '${process.execPath}' '${join(ROOT, 'bin/oxios.mjs')}' demo`;
    const said = execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] });
    return ['$ ./oxios demo', ...said.trimEnd().split(/\r*\n/u).map(lastWritten)];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The live line is taken away before anything else is written. */
const lastWritten = (line: string): string => line.split('\r\u001b[K').at(-1) ?? '';

/** The codes of colour away. */
export const plainText = (line: string): string =>
  spansOf(line)
    .map((one) => one.text)
    .join('');

function spansOf(line: string): readonly Span[] {
  const [first = '', ...rest] = line.split('\u001b[');
  return [
    { text: first, codes: '' },
    ...rest.map((part) => {
      const end = part.indexOf('m');
      return { text: part.slice(end + 1), codes: part.slice(0, end) };
    }),
  ].filter((one) => one.text !== '');
}

const FILLS: Readonly<Record<string, string>> = { 1: '#ffffff', 2: '#8b949e', 31: '#ff7b72', 32: '#7ee787', 33: '#d29922' };
const LINE = 19;
const TOP = 50;
/** Of a character at 14 px, and of the frame beside the text, pixels. */
const CHARACTER = 8.43;
const MARGIN = 16;

/** The lines as a picture of a terminal. */
export function pictureOf(lines: readonly string[]): string {
  const width = Math.ceil(Math.max(...lines.map((line) => stringWidth(plainText(line)))) * CHARACTER) + 2 * MARGIN;
  const height = TOP + lines.length * LINE;
  let codes = '';
  const rows = lines.map((line, at) => {
    const spans = spansOf(line).map((span, nth) => {
      codes = nth === 0 && span.codes === '' ? codes : span.codes;
      return `<tspan fill="${FILLS[codes] ?? '#c9d1d9'}"${codes === '1' ? ' font-weight="bold"' : ''}>${escaped(span.text)}</tspan>`;
    });
    if (line.includes('\u001b[')) codes = line.slice(line.lastIndexOf('\u001b[') + 2).split('m')[0] ?? '';
    return `<text x="${MARGIN}" y="${TOP + at * LINE}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="oxios demo in a terminal">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<circle cx="18" cy="18" r="5" fill="#ff5f56"/><circle cx="36" cy="18" r="5" fill="#ffbd2e"/><circle cx="54" cy="18" r="5" fill="#27c93f"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
${rows.join('\n')}
</g></svg>
`;
}

/** The lines of a picture, as they were given but without colour. */
export const linesIn = (picture: string): readonly string[] =>
  [...picture.matchAll(/<text [^>]*>(.*)<\/text>/gu)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/gu, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
