import { kindOf } from './programs.ts';
import type { SimpleCommand } from './simple.ts';
import type { Words } from './unwrap.ts';

/** The words of a call as its table understands them: what other programs are given in them is left out. */
export function plainWords({ program, args }: SimpleCommand): Words {
  switch (kindOf(program)) {
    case 'find':
      return withoutCalls(args);
    case 'fd':
      return upTo(args, /^(?:-x|-X|--exec|--exec-batch)$/u);
    case 'tar':
      // `tar czf` and `tar -czf` are the same.
      return args[0] !== undefined && /^[A-Za-z]+$/u.test(args[0]) ? old(args[0], args.slice(1)) : args;
    default:
      return args;
  }
}

/** `-exec … ;` becomes `-exec`; what groups and joins conditions is no file. */
function withoutCalls(args: Words): Words {
  const kept: (string | undefined)[] = [];
  let isCall = false;
  for (const arg of args) {
    if (isCall) isCall = arg !== ';' && arg !== '+';
    else {
      isCall = arg !== undefined && /^-(?:exec|execdir|ok|okdir)$/u.test(arg);
      if (arg === undefined || !/^[(),!]$/u.test(arg)) kept.push(arg);
    }
  }
  return kept;
}

function upTo(args: Words, end: RegExp): Words {
  const at = args.findIndex((arg) => arg !== undefined && end.test(arg));
  return at < 0 ? args : args.slice(0, at + 1);
}

/** Letters without a dash: each that takes a value has it in the next word. */
function old(letters: string, rest: Words): Words {
  const words: (string | undefined)[] = [];
  const values = [...rest];
  for (const letter of letters) {
    words.push(`-${letter}`);
    if ('fCbgTXIKLNVHF'.includes(letter)) words.push(values.shift());
  }
  return [...words, ...values];
}
