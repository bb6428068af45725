import { sanitize } from '../../kernel/text/sanitize.ts';
import type { Line } from '../text/line.ts';
import { expandTabs } from '../text/tabs.ts';
import { type Block, type Blocks, createBlocks } from './blocks.ts';
import { codeRows, settledLines } from './code.ts';
import { isHighlighting } from './highlight.ts';
import { layout } from './layout.ts';
import { isUndecided, mended } from './mend.ts';

export interface Rendered {
  /** Rows of what has ended. They never change, and more only come behind them. */
  readonly done: readonly Line[];
  /** Rows of the last block while text streams in; laid out again with each piece. */
  readonly open: readonly Line[];
}

/** One Markdown text, as it grows. */
export interface Markdown {
  /** The whole text so far. The same result for the same text; a text that does not go on from the one before begins anew. */
  update(text: string, streams: boolean): Rendered;
}

export function createMarkdown(width: number): Markdown {
  const columns = Math.max(1, width);
  let at = start();
  return {
    update(text, streams) {
      if (text === at.text && streams === at.streams) return at.rendered;
      if (!at.streams || !text.startsWith(at.text)) at = start();
      at.text = text;
      at.streams = streams;
      const { done } = at.rendered;
      const more = takeLines(at).flatMap((block) => blockRows(block, columns));
      const rest = shown(text.slice(at.taken));
      const open = streams ? openRows(at.blocks.copy(), rest, columns) : [];
      const last = streams ? [] : lastBlocks(at.blocks, rest).flatMap((block) => blockRows(block, columns));
      at.rendered = { done: more.length + last.length > 0 ? [...done, ...more, ...last] : done, open };
      return at.rendered;
    },
  };
}

/** The rows of a text at once, or of what there is of it. Texts that have ended are kept for a while. */
export function markdownRows(text: string, { width, streams }: { readonly width: number; readonly streams: boolean }): Rendered {
  if (streams || text.length > MOST_UNITS) return createMarkdown(width).update(text, streams);
  const key = `${width} ${isHighlighting()} ${text}`;
  const found = kept.get(key) ?? createMarkdown(width).update(text, false);
  kept.delete(key);
  kept.set(key, found);
  for (const old of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(old);
  }
  return found;
}

interface Growing {
  readonly blocks: Blocks;
  text: string;
  streams: boolean;
  /** Units of the text that were given to the blocks: whole lines. */
  taken: number;
  rendered: Rendered;
}

const start = (): Growing => ({ blocks: createBlocks(settledLines), text: '', streams: true, taken: 0, rendered: { done: [], open: [] } });

const kept = new Map<string, Rendered>();
/** About what fits on a screen. */
const MOST_KEPT = 16;
const MOST_UNITS = 50_000;

/** Units of a line that are shown: nobody reads on, and every step below takes time for each. */
const MOST_LINE = 20_000;

function shown(line: string): string {
  const cut = line.length > MOST_LINE ? `${line.slice(0, MOST_LINE)} … ${(line.length - MOST_LINE).toLocaleString('en-US')} characters more` : line;
  return expandTabs(sanitize(cut));
}

/** The blocks that the lines end that are whole now. */
function takeLines(at: Growing): readonly Block[] {
  const ended: Block[] = [];
  for (let end = at.text.indexOf('\n', at.taken); end >= 0; end = at.text.indexOf('\n', at.taken)) {
    ended.push(...at.blocks.push(shown(detached(at.text.slice(at.taken, end)))));
    at.taken = end + 1;
  }
  return ended;
}

/** A part of a string keeps the whole alive: rows that are kept would hold every state the text was in. */
const detached = (part: string): string => ` ${part}`.slice(1);

const lastBlocks = (blocks: Blocks, rest: string): readonly Block[] => [...(rest === '' ? [] : blocks.push(rest)), ...blocks.end()];

function blockRows(block: Block, width: number): readonly Line[] {
  const rows = block.is === 'code' ? codeRows(block.lines, block.lang, width) : layout(block.raw, width, block.number);
  return block.gap && rows.length > 0 ? [[], ...rows] : rows;
}

/** What is open, and the line that is being written, as if they ended here. */
function openRows(blocks: Blocks, partial: string, width: number): readonly Line[] {
  return lastBlocks(blocks, isUndecided(partial, blocks.isCode) ? '' : partial).flatMap((block, nth, all) => {
    const isLast = nth === all.length - 1 && block.is === 'text';
    return blockRows(isLast ? { ...block, raw: mended(block.raw) } : block, width);
  });
}
