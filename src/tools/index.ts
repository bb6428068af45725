import type { AnyTool } from '../kernel/tool.ts';
import { ask } from './ask.ts';
import { bash } from './bash.ts';
import { check } from './check.ts';
import { edit } from './edit.ts';
import { fetch } from './fetch.ts';
import { find } from './find.ts';
import { fork } from './fork.ts';
import { grep } from './grep.ts';
import { isolate } from './isolate.ts';
import { ls } from './ls.ts';
import { merge } from './merge.ts';
import { read } from './read.ts';
import { release } from './release.ts';
import { signal } from './signal.ts';
import { suggestInterview } from './suggest-interview.ts';
import { survey } from './survey.ts';
import { todo } from './todo.ts';
import { write } from './write.ts';

/** Every tool there is. A new one is a file beside these and a line in here. */
export const TOOLS: readonly AnyTool[] = [
  read,
  write,
  edit,
  bash,
  grep,
  find,
  ls,
  fetch,
  fork,
  signal,
  ask,
  todo,
  check,
  isolate,
  merge,
  release,
  survey,
  suggestInterview,
];
