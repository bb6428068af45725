import { posix } from 'node:path';
import type { BodyContext } from '../../kernel/kernel-types.ts';

/** What an opinion points to, sorted by what there is to be seen. */
export interface Cited {
  /** Places where something stands. */
  readonly there: readonly string[];
  /** Places that are not there, outside of the workspace, or no places. */
  readonly missing: readonly string[];
  /** Some of those that are there show more than a comment: what an author says of the work is no evidence of it. */
  readonly shows: boolean;
}

/** `path:line`, `path:line-line` or `path:line:column`. */
const PLACE = /^(.+?):(\d+)(?:-(\d+)|:\d+)?$/u;

/** Looks every place up in the snapshot that is judged. Links count as what they lead to inside of it, and lead nowhere outside. */
export async function citationsIn(ctx: BodyContext, tree: string, evidence: readonly string[]): Promise<Cited> {
  const there: string[] = [];
  const missing: string[] = [];
  let shows = false;
  for (const one of evidence) {
    const found = await linesAt(ctx, tree, one.trim());
    if (found === undefined) missing.push(one);
    else there.push(one);
    shows ||= found?.lines.some((line) => !isComment(found.path, line)) ?? false;
  }
  return { there, missing, shows };
}

/** What is wrong with the places of an opinion; undefined when it can be heard. */
export function citationFault(who: string, { there, missing, shows }: Cited): string | undefined {
  if (there.length === 0) return `${who} cites no place that exists: ${missing.join(', ').slice(0, MAX_SAID)}`;
  return shows ? undefined : `${who} cites nothing but comments: ${there.join(', ').slice(0, MAX_SAID)}`;
}

const MAX_SAID = 200;

interface Found {
  readonly path: string;
  readonly lines: readonly string[];
}

/** Lines with something on them; undefined when there are none. */
async function linesAt(ctx: BodyContext, tree: string, place: string): Promise<Found | undefined> {
  const [, path = '', first, last = first] = PLACE.exec(place) ?? [];
  const inside = relativeTo(ctx.cwd, path);
  if (inside === undefined || first === undefined) return undefined;
  const [text] = await ctx.written(tree, [inside]);
  const all = text?.split('\n') ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (from < 1 || to < from || to > all.length) return undefined;
  const lines = all.slice(from - 1, to).filter((line) => line.trim() !== '');
  return lines.length === 0 ? undefined : { path: inside, lines };
}

function relativeTo(root: string, path: string): string | undefined {
  const inside = posix.normalize(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
  return inside.startsWith('../') || posix.isAbsolute(inside) ? undefined : inside;
}

/** Whole lines that are comments, by what a file is called; in others, such as Markdown, every line counts. */
const COMMENTS: readonly (readonly [file: RegExp, comment: RegExp])[] = [
  [/\.(?:[cm]?[jt]sx?|c|cc|cpp|h|hpp|cs|java|kt|go|rs|swift|scala|php|css|scss|less|dart|zig)$/iu, /^\s*(?:\/\/|\/\*|\*\/|\*(?:\s|$))/u],
  [/\.(?:py|rb|sh|bash|zsh|pl|r|ya?ml|toml|ini|cfg|conf|tf|nix|jl|ex|exs)$|(?:^|\/)(?:Makefile|Dockerfile|Justfile)$/iu, /^\s*#(?!!)/u],
  [/\.(?:sql|lua|hs|elm|ada)$/iu, /^\s*--/u],
  [/\.(?:html?|xml|svg|vue|svelte)$/iu, /^\s*<!--.*-->\s*$/u],
];

const isComment = (path: string, line: string): boolean => COMMENTS.some(([file, comment]) => file.test(path) && comment.test(line));
