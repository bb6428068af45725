import { isUnder } from '../capability.ts';
import type { AbsPath } from '../ids.ts';
import type { TextId } from './index.ts';
import { createTexts, type Label, type Text, type Texts } from './texts.ts';

/**
 * What one process has read, and who answers for it. A call is judged by what its model had read when it wrote the call:
 * what arrives meanwhile counts from the next request on, in the order of the calls, whichever ended first.
 */
export interface Ledger {
  readonly texts: Texts;
  readonly files: Files;
  /** `nth`: number of the call that gave it; what came by itself stands before all calls. */
  add(text: Text, nth?: number): void;
  /** The model is asked: from here on it knows all that was added. */
  asked(): void;
  /** Whether its model has read the text, and as which: later ones have greater numbers. */
  place(id: TextId): number | undefined;
  /** Sources of untrusted text its model has read, other than the folder's own files, the newest first. */
  sources(): readonly string[];
  /** The same, and those of what its model does not know yet. */
  all(): readonly string[];
  /** A child knows what its parent's model knew. */
  fork(): Ledger;
  /** The child's answer carries what the child has read. */
  join(child: Ledger, nth: number): void;
}

/** Files that a run has written after it had read untrusted text, by path. */
export interface Files {
  wrote(path: AbsPath, sources: readonly string[], isWhole: boolean): void;
  /** A command ran that may have written any file. */
  wroteAnything(sources: readonly string[]): void;
  /** Sources of what is in the file, or in the files of a folder; of any file when it is left out. */
  sourcesOf(path?: AbsPath): readonly string[];
}

/** Sources that are named; there may be more. */
const MAX_SOURCES = 8;

export const createLedger = (): Ledger => ledgerOn({ texts: createTexts(), files: createFiles() }, new Map(), []);

interface Shared {
  readonly texts: Texts;
  readonly files: Files;
}

/** A text that is not in the index yet, or one that another process has read. */
interface Fresh {
  readonly nth: number;
  readonly text: Text | TextId;
}

function ledgerOn(shared: Shared, known: Map<TextId, number>, before: readonly string[]): Ledger {
  const { texts } = shared;
  let fresh: Fresh[] = [];
  let untrusted = before;
  const inOrder = (): readonly Fresh[] => fresh.toSorted((one, other) => one.nth - other.nth);
  const labelOf = (text: Text | TextId): Label => (typeof text === 'number' ? texts.of(text) : text);
  const ledger: Ledger = {
    ...shared,
    add(text, nth = -1) {
      if (text.text !== '') fresh.push({ nth, text });
    },
    asked() {
      for (const { text } of inOrder()) {
        const id = typeof text === 'number' ? text : texts.add(text);
        if (!known.has(id)) known.set(id, known.size);
        untrusted = withText(untrusted, texts.of(id));
      }
      fresh = [];
    },
    place: (id) => known.get(id),
    sources: () => untrusted,
    all: () => inOrder().reduce((sources, { text }) => withText(sources, labelOf(text)), untrusted),
    fork: () => ledgerOn(shared, new Map(known), untrusted),
    join(child, nth) {
      for (const text of read.get(child)?.() ?? []) if (typeof text !== 'number' || !known.has(text)) fresh.push({ nth, text });
    },
  };
  read.set(ledger, () => [...known.keys(), ...inOrder().map(({ text }) => text)]);
  return ledger;
}

/** All that a process has read, also what its model does not know yet. */
const read = new WeakMap<Ledger, () => readonly (Text | TextId)[]>();

const withText = (before: readonly string[], { integrity, sources, isFolder }: Label): readonly string[] =>
  integrity !== 'untrusted' || isFolder ? before : [...new Set([...sources, ...before])].slice(0, MAX_SOURCES);

function createFiles(): Files {
  const written = new Map<AbsPath, readonly string[]>();
  let anywhere: readonly string[] = [];
  return {
    wrote(path, sources, isWhole) {
      const now = isWhole ? sources : merged(sources, written.get(path) ?? []);
      if (now.length > 0) written.set(path, now);
      else written.delete(path);
    },
    wroteAnything(sources) {
      anywhere = merged(sources, anywhere);
    },
    sourcesOf(path) {
      let found = anywhere;
      for (const [file, sources] of written) if (path === undefined || isUnder(file, path) || isUnder(path, file)) found = merged(sources, found);
      return found;
    },
  };
}

/** In one order, whichever process wrote first. */
const merged = (one: readonly string[], other: readonly string[]): readonly string[] =>
  one.every((source) => other.includes(source)) ? other : [...new Set([...one, ...other])].sort().slice(0, MAX_SOURCES);
