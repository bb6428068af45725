/**
 * A part of a Markdown text that is laid out for itself. `gap`: a blank row before it. `number`: of an item of an
 * ordered list. Code comes in pieces, so that a long one need not be waited for.
 */
export type Block =
  | { readonly is: 'text'; readonly raw: string; readonly gap: boolean; readonly number: number | undefined }
  | { readonly is: 'code'; readonly lines: readonly string[]; readonly lang: string; readonly gap: boolean };

/** How many of the first lines of code can be laid out without what follows; 0: none yet. */
export type Settled = (lines: readonly string[], lang: string) => number;

/**
 * Takes whole lines and gives the blocks that they end. What it gives depends on the lines alone, never on how they
 * came, and no later line changes it: a block ends where CommonMark lets nothing that follows belong to it. Inside a
 * block everything is left to the lexer.
 */
export interface Blocks {
  push(line: string): readonly Block[];
  /** What is open, as if the text ended here. Nothing more may be pushed. */
  end(): readonly Block[];
  copy(): Blocks;
  /** Inside a fence, lines mean themselves. */
  readonly isCode: boolean;
}

export const createBlocks = (settled: Settled): Blocks => over({ kind: 'none', lines: [], blanks: 0, first: true, gap: false, shift: 0 }, settled);

/** Opens a fence; what is behind the marks says the language. */
export const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/u;
const HEADING = /^ {0,3}#{1,6}(?: |$)/u;
const RULE = /^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$/u;
const QUOTE = /^ {0,3}>/u;
const ITEM = /^( *)([-+*]|(\d{1,9})([.)]))( +|$)(.*)$/u;
/** Makes the paragraph before it a heading. */
const UNDERLINE = /^ {0,3}(?:=+|-+) *$/u;

interface Item {
  readonly indent: number;
  /** Columns before its text: what is indented so far belongs to it. */
  readonly offset: number;
  /** Items with another one begin another list. */
  readonly marker: string;
  readonly number: number | undefined;
}

interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly lang: string;
}

interface State {
  kind: 'none' | 'text' | 'quote' | 'item' | 'fence';
  lines: string[];
  /** Blank lines that were not given to a block. */
  blanks: number;
  /** No block came before. */
  first: boolean;
  gap: boolean;
  shift: number;
  /** Of the open item, and behind it while the list can go on. */
  item?: Item | undefined;
  fence?: Fence | undefined;
}

function over(state: State, settled: Settled): Blocks {
  return {
    push: (line) => (state.fence ? inFence(state, state.fence, line, settled) : pushed(state, line)),
    end: () => finish(state),
    copy: () => over({ ...state, lines: [...state.lines] }, settled),
    get isCode() {
      return state.fence !== undefined;
    },
  };
}

function pushed(state: State, line: string): readonly Block[] {
  if (line.trim() === '') return blank(state);
  if (goesOn(state, line)) {
    for (; state.kind === 'item' && state.blanks > 0; state.blanks--) state.lines.push('');
    state.lines.push(' '.repeat(shiftOf(state, line)) + line);
    return state.kind === 'text' && state.lines.length > 1 && UNDERLINE.test(line) ? finish(state) : [];
  }
  return [...finish(state), ...begin(state, line)];
}

/** A list goes on behind blank lines; nothing else does. */
function blank(state: State): readonly Block[] {
  const ended = state.kind === 'item' ? [] : finish(state);
  state.blanks++;
  return ended;
}

function goesOn(state: State, line: string): boolean {
  if (state.kind === 'none') return false;
  if (state.kind === 'quote') return QUOTE.test(line) || !interrupts(line);
  if (state.kind === 'text') return !interrupts(line) || UNDERLINE.test(line);
  const item = state.item;
  if (!item || indentOf(line) + shiftOf(state, line) >= item.offset) return true;
  return state.blanks === 0 && !itemOf(line) && !interrupts(line);
}

/** Nested lists are often indented by less than CommonMark asks for: the columns that are missing, for all that follows in the item. */
function shiftOf(state: State, line: string): number {
  const { item, kind } = state;
  const indent = indentOf(line);
  if (kind !== 'item' || !item || indent < item.indent + 2) return 0;
  if (itemOf(line) && indent < item.offset) state.shift = Math.max(state.shift, item.offset - indent);
  return state.shift;
}

/** Ends a paragraph without a blank line. */
function interrupts(line: string): boolean {
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line)) return true;
  const item = ITEM.exec(line);
  return item !== null && indentOf(line) < 4 && item[6] !== '' && (item[3] === undefined || Number(item[3]) === 1);
}

function begin(state: State, line: string): readonly Block[] {
  const before = state.item;
  state.item = undefined;
  state.gap = !state.first && (state.blanks > 0 || HEADING.test(line));
  state.blanks = 0;
  state.shift = 0;
  state.first = false;
  state.fence = fenceOf(line);
  if (state.fence) {
    state.kind = 'fence';
    return [];
  }
  state.lines = [line];
  state.kind = QUOTE.test(line) ? 'quote' : 'text';
  if (HEADING.test(line) || RULE.test(line)) return finish(state);
  const item = itemOf(line);
  if (item && item.indent < 4) {
    state.kind = 'item';
    state.item = follows(item, before);
  }
  return [];
}

function fenceOf(line: string): Fence | undefined {
  const found = FENCE.exec(line);
  return found ? { indent: (found[1] ?? '').length, mark: found[2] ?? '', lang: langOf(found[3] ?? '') } : undefined;
}

/** A list counts by itself, whatever numbers its later items were given. */
const follows = (item: Item, before: Item | undefined): Item =>
  before?.number !== undefined && before.marker === item.marker ? { ...item, number: before.number + 1 } : item;

function itemOf(line: string): Item | undefined {
  const found = RULE.test(line) ? null : ITEM.exec(line);
  if (!found) return undefined;
  const [, indent = '', marker = '', number, end, spaces = '', rest] = found;
  const pad = rest === '' || spaces.length > 4 ? 1 : spaces.length;
  return {
    indent: indent.length,
    offset: indent.length + marker.length + pad,
    marker: end ?? marker,
    number: number === undefined ? undefined : Number(number),
  };
}

function inFence(state: State, fence: Fence, line: string, settled: Settled): readonly Block[] {
  const shut = /^ {0,3}(`{3,}|~{3,}) *$/u.exec(line)?.[1];
  if (shut?.startsWith(fence.mark)) return finish(state);
  state.lines.push(line.slice(Math.min(fence.indent, indentOf(line))));
  const count = settled(state.lines, fence.lang);
  return count > 0 ? [code(state, fence, state.lines.splice(0, count))] : [];
}

function finish(state: State): readonly Block[] {
  const { kind, fence, lines } = state;
  state.kind = 'none';
  state.fence = undefined;
  state.lines = [];
  if (kind === 'none') return [];
  if (fence) return lines.length > 0 ? [code(state, fence, lines)] : [];
  return [{ is: 'text', raw: lines.join('\n'), gap: state.gap, number: kind === 'item' ? state.item?.number : undefined }];
}

/** Only the first piece stands off from what is before. */
function code(state: State, fence: Fence, lines: readonly string[]): Block {
  const gap = state.gap;
  state.gap = false;
  return { is: 'code', lines, lang: fence.lang, gap };
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** `ts`, of `ts title="x"`, `{.ts}` and `ts,ignore`. */
const langOf = (info: string): string => /[\w+#-]+/u.exec(info)?.[0]?.toLowerCase() ?? '';
