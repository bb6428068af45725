import { isNode, LineCounter, parseDocument, visit } from 'yaml';
import { messageOf } from '../../kernel/errors.ts';

/** Both numbers count from 1. */
export interface Spot {
  readonly line: number;
  readonly col: number;
}

/** Something wrong with a file. */
export interface Problem extends Spot {
  readonly file: string;
  readonly message: string;
  readonly hint?: string;
}

/** YAML text as plain values, with the places of what stands in it. */
export interface Source {
  readonly problems: readonly Problem[];
  /** Undefined where there are problems. */
  readonly value: unknown;
  /** Of what stands at the path; of the nearest thing around it where nothing does. */
  spot(path: readonly (string | number)[]): Spot;
}

/** Values that aliases repeat, and how deep they are nested: a file that is larger than it looks is refused. */
const MAX_ALIASES = 100;
const MAX_DEPTH = 64;

/** Never throws. No tags of one's own, no key twice. */
export function sourceOf(text: string, file: string): Source {
  const lines = new LineCounter();
  const placed = (offset: number): Spot => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), col: Math.max(1, col) };
  };
  const broken = (message: string): Source => ({ problems: [{ file, line: 1, col: 1, message }], value: undefined, spot: () => ({ line: 1, col: 1 }) });
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const faults = [...document.errors, ...document.warnings].map((one) => ({ file, ...placed(one.pos[0]), message: one.message }));
    if (depthOf(document) > MAX_DEPTH) return broken(`values are nested more than ${MAX_DEPTH} deep`);
    return {
      problems: faults,
      value: faults.length > 0 ? undefined : (document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown),
      spot(path) {
        const node = path.map((_, at) => document.getIn(path.slice(0, path.length - at), true)).find(isNode);
        return placed(node?.range?.[0] ?? 0);
      },
    };
  } catch (error) {
    return broken(`this is no YAML that can be read: ${messageOf(error).split('\n')[0] ?? ''}`);
  }
}

function depthOf(document: ReturnType<typeof parseDocument>): number {
  let deepest = 0;
  visit(document, (_key, _node, parents) => {
    deepest = Math.max(deepest, parents.filter((one) => isNode(one)).length);
  });
  return deepest;
}
