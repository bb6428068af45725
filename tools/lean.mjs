import { isBuiltin } from 'node:module';

/** One import at the beginning of a chunk: default name, namespace name, names, module. */
const IMPORT = /^import\s*([\w$]+)?\s*,?\s*(?:\*\s*as\s+([\w$]+))?(?:\{([^}]*)\})?\s*(?:from\s*)?["']([^"']+)["'];?\s*/u;

// What the bundle does differently from its sources, only to start faster.

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
    return { code: `${body}\n${makers.join('\n')}\n`, map: null };
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
