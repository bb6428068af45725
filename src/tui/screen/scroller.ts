import { type Anchor, followed, type Listed, type Shown, scrolled, withItem } from './list.ts';

export interface ScrollAsk {
  /** What is listed, and how wide: for another one it begins at the foot. */
  readonly key: string;
  readonly height: number;
  /** Rows from the newest, as the state has it; 0 follows. */
  readonly back: number;
  /** What the keys act on: it is brought into sight when it becomes another. */
  readonly item: string | undefined;
}

/** Where a list stands from one frame to the next: it follows in steps, and what is scrolled back stays while the list grows. */
export interface Scroller {
  show(list: Listed, ask: ScrollAsk): Shown & { readonly most: number };
}

export function createScroller(): Scroller {
  let before: Place = NOWHERE;
  return {
    show(list, { key, height, back, item }) {
      const last = before.key === key ? before : NOWHERE;
      const placed = back === 0 ? { ...atFoot(list, height, last), left: 0 } : scrolled(list, height, last.anchor, last.back - back);
      const isMoved = item !== undefined && item !== last.item && last.key === key;
      const shown = isMoved ? withItem(list, height, placed, item) : placed;
      // Only at the first row it is known how far back that is.
      const most = shown.above ? Number.MAX_SAFE_INTEGER : Math.max(0, back + Math.min(0, placed.left));
      before = { key, back: Math.min(back, most), item, anchor: shown.anchor };
      return { ...shown, most };
    },
  };
}

interface Place {
  readonly key: string;
  readonly back: number;
  readonly item: string | undefined;
  readonly anchor: Anchor | undefined;
}

const NOWHERE: Place = { key: '', back: 0, item: undefined, anchor: undefined };

const atFoot = (list: Listed, height: number, last: { readonly back: number; readonly anchor: Anchor | undefined }): Shown =>
  followed(list, height, last.back === 0 ? last.anchor : undefined);
