import { z } from 'zod';
import { list, oneOf, piece, type Read, read, shown, someText, wrong } from './lax.ts';

/** Keys of a criterion that are ours. The reference drops what it does not know, so a file with them stays valid there. */
export const CRITERION_KEYS = {
  /** Never an error: other writers put all kinds of things here. `identify` judges it. */
  id: z.unknown().optional(),
  depends_on: piece(dependenciesOf).default([]),
  resources: piece(namesOf).default([]),
  timeout_s: positive().optional(),
};

/** What the top-level key `oxios` may say. Limits are upper limits; the lowest of flag, seed and configuration holds. */
export const OXIOS_SETTINGS = z.looseObject(
  {
    /** `provider/model`. */
    model: someText().optional(),
    budget: z
      .looseObject({ usd: positive().optional(), tokens: whole().optional(), minutes: positive().optional(), tool_calls: whole().optional() }, mappingError())
      .optional(),
    max_generations: whole().optional(),
    /** Capability rules: `exec:npm`, `net:example.org:443`. Read by the policy, not here. */
    /** The named set its agents begin with; a supervisor is made on the command line only. */
    role: oneOf(['worker', 'standard', 'operator']).optional(),
    capabilities: list(someText()).optional(),
    /** Where concurrent criteria work: each in a `worktree` or a `copy`, one after the other in place (`none`), or as the project allows (`auto`). */
    isolation: oneOf(['auto', 'worktree', 'copy', 'none']).optional(),
    /** Installed programs and MCP servers the run uses, by name. */
    programs: list(someText()).optional(),
    mcp: list(someText()).optional(),
  },
  mappingError(),
);

function mappingError() {
  return { error: (issue: { readonly input?: unknown }) => `should be a mapping but is ${shown(issue.input)}` };
}

function positive() {
  return piece((value): Read<number> => {
    if (typeof value !== 'number') return wrong(`should be a number but is ${shown(value)}`, 'seed.type');
    return Number.isFinite(value) && value > 0 ? read(value) : wrong(`is ${value}; it has to be above 0`);
  });
}

function whole() {
  return piece((value): Read<number> => {
    if (typeof value !== 'number') return wrong(`should be a whole number but is ${shown(value)}`, 'seed.type');
    return Number.isSafeInteger(value) && value > 0 ? read(value) : wrong(`is ${value}; it has to be a whole number above 0`);
  });
}

/** Ids or numbers of criteria; one may stand alone. */
function dependenciesOf(value: unknown): Read<readonly (string | number)[]> {
  const entries: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  const stray = entries.find((entry) => typeof entry !== 'string' && typeof entry !== 'number');
  return stray === undefined
    ? read(entries.filter((entry) => typeof entry === 'string' || typeof entry === 'number'))
    : wrong(`should list ids or numbers of criteria but holds ${shown(stray)}`, 'seed.type');
}

function namesOf(value: unknown): Read<readonly string[]> {
  const entries: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  const stray = entries.find((entry) => typeof entry !== 'string' || entry.trim() === '');
  return stray === undefined ? read(entries.filter((entry) => typeof entry === 'string')) : wrong(`should list names but holds ${shown(stray)}`, 'seed.type');
}
