import { posix } from 'node:path';
import { type Import, type Source, sourceOf } from './source.ts';

/** Source files by their path from the root, with `/`. */
export type Tree = ReadonlyMap<string, Source>;

/** A rule names each breach in one line; a tree without any keeps it. */
export type Rule = (tree: Tree) => readonly string[];

export interface Layer {
  /** Folders under src/ whose code it may import. */
  readonly uses: readonly string[];
  /** Folders under src/ of which it may import types alone. */
  readonly types?: readonly string[];
  /** Modules of Node it may import; all of them when it is left out. */
  readonly builtins?: readonly string[];
}

export const treeOf = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files).map(([path, text]) => [path, sourceOf(text)]));

export const directions =
  (layers: Readonly<Record<string, Layer>>): Rule =>
  (tree) =>
    edges(tree, 'src').flatMap(({ path, to, typeOnly }) => {
      const from = layerOf(path);
      const layer = layers[from];
      if (!layer || to === undefined || to === 'package.json' || within(to, `src/${from}`)) return [];
      const allowed = [...layer.uses, ...(typeOnly ? (layer.types ?? []) : [])];
      return allowed.some((folder) => within(to, `src/${folder}`)) ? [] : [`${path} imports ${to}`];
    });

export const packages =
  (layers: Readonly<Record<string, Layer>>, homes: Readonly<Record<string, readonly string[]>>): Rule =>
  (tree) =>
    edges(tree, 'src').flatMap(({ path, from, to }) => {
      const layer = layers[layerOf(path)];
      if (!layer || to !== undefined || from === '') return [];
      if (from.startsWith('node:')) return (layer.builtins?.includes(from) ?? true) ? [] : [`${path} imports ${from}`];
      const home = homes[packageOf(from)];
      if (!home) return [`${path} imports ${from}, which has no home`];
      return home.includes(layerOf(path)) ? [] : [`${path} imports ${from}`];
    });

/** What the program reads before it knows its command: from `entry` along everything that is not imported lazily. */
export const lightStart =
  (entry: string, light: readonly string[]): Rule =>
  (tree) => {
    const eager = edges(tree, 'src').filter(({ how, typeOnly }) => how !== 'lazy' && !typeOnly);
    const seen = new Set([entry]);
    for (const path of seen) for (const edge of eager) if (edge.path === path && edge.to !== undefined) seen.add(edge.to);
    return eager
      .filter(({ path, from, to }) => seen.has(path) && to === undefined && !from.startsWith('node:') && !light.includes(packageOf(from)))
      .map(({ path, from }) => `${path} imports ${from} at the start`);
  };

export const sizes =
  (under: string, most: number, exempt: readonly string[]): Rule =>
  (tree) => [
    ...[...tree].flatMap(([path, { lines }]) => (within(path, under) && lines > most && !exempt.includes(path) ? [`${path} has ${lines} lines of code`] : [])),
    ...exempt.filter((path) => (tree.get(path)?.lines ?? 0) <= most).map((path) => `${path} needs no exemption`),
  ];

/** Circles of imports; types count, since a circle of types is a concept in two places. Each circle is named once. */
export const cycles: Rule = (tree) => {
  const next = new Map<string, string[]>();
  for (const { path, to } of edges(tree, '')) if (to !== undefined) next.set(path, [...(next.get(path) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
};

export const folders =
  (known: Readonly<Record<string, readonly string[]>>): Rule =>
  (tree) =>
    [...tree.keys()].flatMap((path) => {
      const [top = '', second = '', ...rest] = path.split('/');
      const allowed = known[top];
      if (!allowed) return [`${path}: there is no folder ${top}`];
      return allowed.includes(second) || (rest.length === 0 && allowed.includes(path)) ? [] : [`${path}: ${top} has no ${second}`];
    });

/** Tests lie where their subject lies; the folders in `own` have no subject of their own. */
export const mirrors =
  (own: readonly string[]): Rule =>
  (tree) => {
    const subjects = new Set([...tree.keys()].filter((path) => within(path, 'src')).map((path) => posix.dirname(path).replace(/^src/u, 'test')));
    const above = [...subjects].flatMap((path) => path.split('/').map((_, count, parts) => parts.slice(0, count + 1).join('/')));
    return [...tree.keys()]
      .filter((path) => within(path, 'test') && !own.some((folder) => within(path, folder)) && !above.includes(posix.dirname(path)))
      .map((path) => `${path} tests no folder of src`);
  };

export const exportsByName: Rule = (tree) =>
  [...tree].flatMap(([path, { exportsDefault, imports }]) => [
    ...(exportsDefault ? [`${path} has a default export`] : []),
    ...imports.filter(({ how }) => how === 'reexport').map(({ from }) => `${path} exports ${from} again`),
  ]);

export const classesAreErrors: Rule = (tree) =>
  [...tree].flatMap(([path, { classes }]) =>
    classes.filter(({ base }) => !base.endsWith('Error') && !base.endsWith('Failure')).map(({ name }) => `${path} has the class ${name}`),
  );

/** An import whose name is only known when it runs would pass by every other rule. */
export const namedImports: Rule = (tree) =>
  edges(tree, 'src').flatMap(({ path, from, how, to }) => [
    ...(how === 'computed' ? [`${path} computes what it imports`] : []),
    ...(to !== undefined && to !== 'package.json' && !tree.has(to) ? [`${path} imports ${from}, which is no file of src`] : []),
    ...(to === undefined && from !== '' && !from.startsWith('node:') && !/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(\/|$)/u.test(from)
      ? [`${path} imports ${from}`]
      : []),
  ]);

export function medianLines(tree: Tree): number {
  const lines = [...tree].filter(([path]) => within(path, 'src')).map(([, source]) => source.lines);
  return lines.sort((a, b) => a - b)[Math.floor(lines.length / 2)] ?? 0;
}

interface Edge extends Import {
  readonly path: string;
  /** The file, when it is one of ours. */
  readonly to: string | undefined;
}

export const edges = (tree: Tree, under: string): readonly Edge[] =>
  [...tree].flatMap(([path, { imports }]) =>
    within(path, under) ? imports.map((one) => ({ ...one, path, to: one.from.startsWith('.') ? posix.join(posix.dirname(path), one.from) : undefined })) : [],
  );

const within = (path: string, folder: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`);
const layerOf = (path: string): string => path.split('/')[1] ?? '';
const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
