import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';

/** One import at the beginning of a chunk: default name, namespace name, names, module. */
const IMPORT = /^import\s*([\w$]+)?\s*,?\s*(?:\*\s*as\s+([\w$]+))?(?:\{([^}]*)\})?\s*(?:from\s*)?["']([^"']+)["'];?\s*/u;

/** As it stands in an import. */
const beside = (name) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));

// What the bundle does differently from its sources, only to start and to paint faster.

/**
 * An `import` of a builtin reads all its exports, also those that load half of Node when they are read (`node:http` and
 * `node:util` among them). What is taken from `process.getBuiltinModule` loads only what is named.
 */
export const plainBuiltins = () => ({
  name: 'plain-builtins',
  renderChunk(code) {
    let rest = code;
    let imports = '';
    let builtins = '';
    for (let match = IMPORT.exec(rest); match; match = IMPORT.exec(rest)) {
      const [whole, standard, namespace, names, module] = match;
      if (isBuiltin(module)) builtins += bindings({ standard, namespace, names }, module);
      else imports += whole;
      rest = rest.slice(whole.length);
    }
    return { code: imports + builtins + rest, map: null };
  },
});

function bindings({ standard, namespace, names }, module) {
  const builtin = `process.getBuiltinModule(${JSON.stringify(module)})`;
  const whole = [standard, namespace].filter(Boolean).map((name) => `const ${name}=${builtin};`);
  const named = names?.trim() ? [`const{${names.replaceAll(/\s+as\s+/gu, ':')}}=${builtin};`] : [];
  return [...whole, ...named].join('');
}

/** A regular expression or a segmenter that a file makes when it is loaded. */
const TABLE = /^const (\w+) = (\/.*\/[a-z]*|new RegExp\(.*\)|new Intl\.Segmenter\(\));$/gmu;

/** The tables that `string-width` reads for text beyond ASCII take 20 ms: they are made when first used. */
export const lazyTables = () => ({
  name: 'lazy-tables',
  transform(code, id) {
    if (!/[\\/]node_modules[\\/]string-width[\\/]index\.js$/u.test(id)) return null;
    const tables = [...code.matchAll(TABLE)].map(([, name, value]) => ({ name, value }));
    const body = tables.reduce((text, { name }) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gu'), `${name}()`), code.replaceAll(TABLE, ''));
    const makers = tables.map(({ name, value }) => `let ${name}_;\nconst ${name} = () => (${name}_ ??= ${value});`);
    return { code: withSimpleWidth(`${body}\n${makers.join('\n')}\n`), map: null };
  },
});

/** Text that most of a screen is made of is not taken apart by Unicode's rules, which costs 30 ms the first time. */
const withSimpleWidth = (code) => `import { simpleWidth } from ${beside('simple-width.ts')};
${changed(code, [['export default function stringWidth', 'function fullWidth']])}
export default function stringWidth(text, options) {
  const columns = options === undefined && typeof text === 'string' ? simpleWidth(text) : -1;
  return columns < 0 ? fullWidth(text, options) : columns;
}
`;

/** The code with each text replaced; throws when one is not there. */
function changed(code, pairs) {
  return pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`this is not there any more: look at what took its place\n${from}`);
    return text.replaceAll(from, () => to);
  }, code);
}

/** By file of Ink: what it does anew for every frame is kept from the one before, and what it keeps for good is bounded. */
const INK = {
  'output.js': (code) => `import { rowOutput } from ${beside('row-output.ts')};
${changed(code, [['export default class Output', 'class Output']])}
export default rowOutput((size) => new Output(size));
`,
  // The text of a pane is measured once, not twice a frame.
  'render-node-to-output.js': (code) =>
    changed(code, [
      ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
      ['widestLine(text)', 'measureText(text).width'],
    ]),
  // The same text of a pane is made clean twice a frame, and in most frames most panes are as they were.
  'sanitize-ansi.js': (code) => `${changed(code, [['export default sanitizeAnsi;', '']])}
const clean = new Map();
export default function kept(text) {
  const known = clean.get(text);
  if (known !== undefined) return known;
  if (clean.size >= 32) clean.clear();
  const made = sanitizeAnsi(text);
  clean.set(text, made);
  return made;
}
`,
  // It would keep 4,096 pictures of a pane, which is 100 MB.
  'measure-text.js': (code) => changed(code, [['maxSize: 4096', 'maxSize: 32']]),
};

export const quickFrames = () => ({
  name: 'quick-frames',
  transform(code, id) {
    const [, file] = /[\\/]node_modules[\\/]ink[\\/]build[\\/]([\w-]+\.js)$/u.exec(id) ?? [];
    const change = INK[file];
    return change ? { code: change(code), map: null } : null;
  },
});

/**
 * Bundled, yargs takes the folder it is called in for that of its own program, and reads the `package.json` there before a
 * word is parsed: a pipe of that name would hold every command up.
 */
export const ownManifest = () => ({
  name: 'own-manifest',
  transform(code, id) {
    if (!/[\\/]node_modules[\\/]yargs[\\/]lib[\\/]platform-shims[\\/]esm\.mjs$/u.test(id)) return null;
    const own = code.replace('mainFilename: mainFilename || process.cwd()', 'mainFilename: __dirname');
    if (own === code) throw new Error('yargs finds its program in another way now: look at what it reads');
    return { code: own, map: null };
  },
});
