import type { Line, Span, Tone } from '../text/line.ts';

/** Lines of code with the tones of their words. `ends`: how many of them can stand without the ones behind. */
export interface Highlighted {
  readonly lines: readonly Line[];
  readonly ends: number;
}

/** Whether code of this language can be highlighted, now or when the grammars are there. */
export const hasGrammar = (lang: string): boolean => lang in LANGUAGES;

/** Whether the grammars are there. What is kept of rows with code in them is old when that changes. */
export const isHighlighting = (): boolean => grammars !== undefined;

/** Reads the grammars; code is plain until then. */
export function loadHighlighter(): Promise<void> {
  loading ??= import('./grammars.ts').then(({ treeOf }) => {
    grammars = treeOf;
  });
  return loading;
}

/** Undefined when the language is not known, the grammars are not there yet, or lines are too long to be code that is read. */
export function highlight(lines: readonly string[], lang: string): Highlighted | undefined {
  const language = LANGUAGES[lang];
  if (language === undefined || lines.some((one) => one.length > MOST_UNITS)) return undefined;
  if (!grammars) {
    void loadHighlighter();
    return undefined;
  }
  const root = grammars(`${lines.join('\n')}\n`, language);
  return root && toned(root);
}

let grammars: typeof import('./grammars.ts')['treeOf'] | undefined;
let loading: Promise<void> | undefined;

/** Of one line of code. */
const MOST_UNITS = 1000;

type Root = NonNullable<ReturnType<NonNullable<typeof grammars>>>;
type Node = Root['children'][number];

interface Walk {
  readonly lines: Span[][];
  ends: number;
}

function toned(root: Root): Highlighted {
  const walk: Walk = { lines: [[]], ends: 0 };
  for (const node of root.children) visit(walk, node, undefined);
  return { lines: walk.lines.slice(0, -1), ends: walk.ends };
}

function visit(walk: Walk, node: Node, tone: Tone | undefined): void {
  if (node.type === 'text') put(walk, node.value, tone);
  if (node.type !== 'element') return;
  const names = node.properties.className;
  const own = Array.isArray(names) ? toneOf(names.map(String)) : undefined;
  for (const child of node.children) visit(walk, child, own ?? tone ?? 'text');
}

/** `tone` is undefined outside of all words, strings and comments: a line that ends there can stand for itself. */
function put(walk: Walk, value: string, tone: Tone | undefined): void {
  for (const [nth, text] of value.split('\n').entries()) {
    if (nth > 0 && tone === undefined) walk.ends = walk.lines.length;
    if (nth > 0) walk.lines.push([]);
    if (text !== '') walk.lines.at(-1)?.push({ text, tone: tone ?? 'text' });
  }
}

const toneOf = (names: readonly string[]): Tone | undefined => {
  const name = names[0]?.replace('hljs-', '') ?? '';
  if (name === 'title') return names.includes('class_') ? 'type' : 'function';
  return TONES[name];
};

const TONES: Readonly<Record<string, Tone>> = {
  keyword: 'keyword',
  literal: 'keyword',
  tag: 'keyword',
  name: 'keyword',
  meta: 'keyword',
  'selector-tag': 'keyword',
  string: 'string',
  regexp: 'string',
  char: 'string',
  link: 'string',
  number: 'number',
  symbol: 'number',
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  title: 'function',
  section: 'function',
  'selector-class': 'function',
  'selector-id': 'function',
  type: 'type',
  built_in: 'type',
  class: 'type',
  attr: 'variable',
  attribute: 'variable',
  variable: 'variable',
  property: 'variable',
  'template-variable': 'variable',
  addition: 'added',
  deletion: 'removed',
};

/** What is written behind a fence, and the grammar for it. */
const LANGUAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    bash: 'bash sh zsh shell console shellscript',
    c: 'c h',
    cpp: 'cpp cc hpp c++ cxx',
    csharp: 'csharp cs c#',
    css: 'css',
    go: 'go golang',
    graphql: 'graphql gql',
    ini: 'ini toml',
    java: 'java',
    javascript: 'javascript js jsx mjs cjs',
    json: 'json jsonc json5 jsonl',
    kotlin: 'kotlin kt kts',
    less: 'less',
    lua: 'lua',
    makefile: 'makefile make',
    perl: 'perl pl',
    php: 'php',
    python: 'python py python3',
    r: 'r',
    ruby: 'ruby rb',
    rust: 'rust rs',
    scss: 'scss',
    sql: 'sql',
    swift: 'swift',
    typescript: 'typescript ts tsx mts cts',
    xml: 'xml html svg xhtml',
    yaml: 'yaml yml',
  }).flatMap(([grammar, names]) => names.split(' ').map((name) => [name, grammar])),
);
