import type { Words } from './unwrap.ts';

/** What a program runs in turn, as its words say: calls, and text for a shell (undefined: known only when it runs). */
export interface Nested {
  readonly calls: readonly Words[];
  readonly scripts: readonly (string | undefined)[];
}

export function nestedIn(program: string, args: Words): Nested {
  return INSIDE[program]?.(args) ?? NOTHING;
}

const NOTHING: Nested = { calls: [], scripts: [] };

/** `npm exec -c 'script'`, `npx -c 'script'`. */
const calledBy = (args: Words): Nested => ({
  calls: [],
  scripts: args.flatMap((arg, at): Words => (arg === '-c' || arg === '--call' ? [args[at + 1]] : matches(arg, /^--call=(.*)$/gsu))),
});

const INSIDE: Readonly<Record<string, (args: Words) => Nested>> = Object.assign(Object.create(null), {
  find: (args: Words) => ({ calls: runByFind(args), scripts: [] }),
  fd: (args: Words) => ({ calls: runByFd(args), scripts: [] }),
  git: runByGit,
  awk: (args: Words) => ({
    calls: [],
    scripts: args.flatMap((arg) => matches(arg, /\bsystem\s*\(\s*"((?:[^"\\]|\\.)*)"|"((?:[^"\\]|\\.)*)"\s*\|&?\s*getline|\|&?\s*"((?:[^"\\]|\\.)*)"/gu)),
  }),
  sed: (args: Words) => ({
    calls: [],
    scripts: args.flatMap((arg) => matches(arg, /(?:^|[;{}\n])\s*(?:\d+|\$|\/[^/]*\/)?(?:,(?:\d+|\$|\/[^/]*\/))?!?e\s+([^\n]+)/gu)),
  }),
  npm: calledBy,
  pnpm: calledBy,
  npx: calledBy,
  concurrently: (args: Words) => ({ calls: [], scripts: args.filter((arg) => arg?.includes(' ')) }),
  make: (args: Words) => ({ calls: [], scripts: args.flatMap((arg) => matches(arg, /^SHELL=(.*)$/gu)) }),
});

function matches(arg: string | undefined, pattern: RegExp): readonly string[] {
  return arg === undefined
    ? []
    : [...arg.matchAll(pattern)].flatMap((one) => one.slice(1).filter((text) => text !== undefined)).map((text) => text.replace(/\\(["\\])/gu, '$1'));
}

/** `{}` stands for what is found: below one of the folders, and named as `-name` says. */
function runByFind(args: Words): readonly Words[] {
  const place = findsBelow(args);
  return args.flatMap((arg, at) => {
    if (arg === undefined || !/^-(?:exec|execdir|ok|okdir)$/u.test(arg)) return [];
    const rest = args.slice(at + 1);
    const end = rest.findIndex((word) => word === ';' || word === '+');
    return [rest.slice(0, end < 0 ? undefined : end).map((word, nth) => (word?.includes('{}') ? (word === '{}' && nth > 0 ? place : undefined) : word))];
  });
}

function findsBelow(args: Words): string | undefined {
  const start = args.findIndex((arg) => arg === undefined || /^[-(!]/u.test(arg));
  const roots = args.slice(0, start < 0 ? undefined : start);
  const names = args.flatMap((arg, at) => (arg === '-name' ? [args[at + 1]] : []));
  const isPlain = !args.some((arg) => arg === undefined || /^-(?:path|wholename|regex|iname|ipath|iregex|iwholename|lname|o|or|not)$|^!$|^,$/u.test(arg));
  const [root = '.'] = roots;
  return isPlain && roots.length <= 1 && names.length <= 1 ? `${root}/${names[0] ?? '*'}` : undefined;
}

function runByFd(args: Words): readonly Words[] {
  const at = args.findIndex((arg) => arg !== undefined && /^(?:-x|-X|--exec|--exec-batch)$/u.test(arg));
  return at < 0 ? [] : [args.slice(at + 1).map((word) => (word?.includes('{') ? undefined : word))];
}

function runByGit(args: Words): Nested {
  const told = args.flatMap((arg, at): Words => {
    if (arg === '-x' || arg === '--exec') return args.includes('rebase') ? [args[at + 1]] : [];
    return matches(arg, /^--exec=(.*)$/gsu);
  });
  const bisect = args[0] === 'bisect' && args[1] === 'run' ? [args.slice(2)] : [];
  const at = args[0] === 'submodule' ? args.indexOf('foreach') : -1;
  const each = at < 0 ? [] : args.slice(at + 1).filter((arg) => arg !== '--recursive' && arg !== '--quiet');
  const script = each.some((word) => word === undefined) ? undefined : each.join(' ');
  return { calls: bisect, scripts: [...told, ...(each.length > 0 ? [script] : [])] };
}
