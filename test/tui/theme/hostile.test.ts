import { beforeAll, describe, expect, test } from 'vitest';
import { unified } from '../../../src/tools/unified.ts';
import { diffRows } from '../../../src/tui/diff/rows.ts';
import { loadHighlighter } from '../../../src/tui/markdown/highlight.ts';
import { createMarkdown, markdownRows } from '../../../src/tui/markdown/markdown.ts';
import { type Line, span } from '../../../src/tui/text/line.ts';
import { paint } from '../../../src/tui/theme/paint.ts';
import { THEMES } from '../../../src/tui/theme/themes.ts';
import { foreignIn, HOSTILE } from '../../helpers/hostile.ts';
import { pieces, wildMarkdown } from '../../helpers/markdown.ts';
import { random } from '../../helpers/random.ts';

beforeAll(loadHighlighter);

const DEPTHS = [0, 16, 256, 16777216] as const;

function expectOwn(rows: readonly Line[]): void {
  for (const row of rows)
    for (const theme of Object.values(THEMES))
      for (const depth of DEPTHS) {
        const painted = paint(row, theme, depth);
        expect(foreignIn(painted), JSON.stringify(painted)).toBeUndefined();
        if (depth === 0) expect(painted).not.toContain('\x1b');
      }
}

/** Everywhere in Markdown where text may stand. */
const within = (text: string): string =>
  [
    `# ${text}`,
    `a ${text} b **${text}** *${text}* ~~${text}~~ \`${text}\` ${text}`,
    `[${text}](http://a/${text} "${text}") ![${text}](${text}) <http://${text}> [${text}]: http://${text}`,
    `- ${text}\n  1. ${text}\n- [x] ${text}`,
    `> ${text}\n> \`\`\`\n> ${text}`,
    `| ${text} | b |\n|---|---|\n| ${text} | ${text} |`,
    `\`\`\`ts ${text}\nconst a = "${text}"; // ${text}\n\`\`\``,
    `\`\`\`diff\n+${text}\n\`\`\``,
    `<div ${text}>${text}</div>`,
    `    ${text}`,
    `[${text}]: http://a "${text}"`,
  ].join('\n\n');

describe.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 60), text] as const))('of %s', (_, text) => {
  test.each([12, 40, 200])('Markdown in %i columns keeps nothing a terminal obeys', (width) => {
    expectOwn(markdownRows(within(text), { width, streams: false }).done);
  });

  test('a diff keeps nothing a terminal obeys', () => {
    expectOwn(diffRows(unified(`dir/${text}`, `a\n${text}\nb\n`, `a\n${text} changed ${text}\nb\n`), { width: 60 }));
    expectOwn(diffRows(`+${text}\n-${text}`, { width: 60 }));
  });

  test('the painter shows it, where it came so far', () => {
    expectOwn([[span(text)], [span(text, 'good'), span(text, 'link'), span('x')]]);
  });
});

test('what streams in, cut anywhere, keeps nothing a terminal obeys', () => {
  for (let seed = 0; seed < 12; seed++) {
    const from = random(seed);
    const text = Array.from({ length: 6 }, () => `${wildMarkdown(from, 3)}\n${from.pick([...HOSTILE, within(from.pick(HOSTILE))])}`).join('\n');
    const markdown = createMarkdown(50);
    let sofar = '';
    for (const piece of pieces(from, text, 400)) {
      sofar += piece;
      expectOwn(markdown.update(sofar, true).open);
    }
    expectOwn(markdown.update(text, false).done);
  }
});

test('an address is always shown, never only led to', () => {
  const [row = []] = markdownRows('[https://good.example](https://evil.example)', { width: 80, streams: false }).done;
  expect(paint(row, THEMES.dark, 0)).toBe('https://good.example (https://evil.example)');
  expect(paint(row, THEMES.dark, 16777216)).not.toContain('\x1b]');
});
