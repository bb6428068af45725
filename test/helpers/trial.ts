import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { opinion } from './opinion.ts';
import { type Line, oxios, type Place, place, type Ran, type RunOptions } from './oxios.ts';

/** One seed, one script and one workspace, run through the program. */
export interface Trial extends Place {
  run(args?: readonly string[], options?: Partial<RunOptions>): Promise<Outcome>;
  /** A file of the workspace as it is now. */
  read(path: string): string;
  write(path: string, content: string): void;
}

export interface Outcome extends Ran {
  readonly result: Line;
  /** Status of each criterion, by id. */
  readonly statuses: Readonly<Record<string, string>>;
  /** All evidence of one criterion, a line each. */
  evidence(id: string): string;
  /** What agents were answered by their tools: results and refusals. */
  readonly answers: string;
}

export interface TrialInput {
  readonly criteria: readonly object[];
  /** Of the seed, besides the criteria. */
  readonly seed?: object;
  readonly agents: Readonly<Record<string, readonly object[]>>;
  readonly files?: Readonly<Record<string, string>>;
}

export function trial({ criteria, seed = {}, agents, files = {} }: TrialInput): Trial {
  const here = place();
  mkdirSync(here.workspace);
  const write = (path: string, content: string) => {
    mkdirSync(here.path(`workspace/${path}/..`), { recursive: true });
    writeFileSync(here.path(`workspace/${path}`), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const whole = { goal: 'make it so', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, acceptance_criteria: criteria, ...seed };
  writeFileSync(here.path('seed.yaml'), stringify(whole, { lineWidth: 0 }));
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents }));
  return {
    ...here,
    write,
    read: (path) => readFileSync(here.path(`workspace/${path}`), 'utf8'),
    async run(args = [], options = {}) {
      const named = args.some((one) => one === '--model') ? [] : ['--model', `script:${here.path('model.yaml')}`];
      const seedFile = args.find((one) => one.endsWith('seed.yaml')) ?? here.path('seed.yaml');
      const rest = args.filter((one) => one !== seedFile);
      return outcomeOf(await oxios(['run', seedFile, ...named, '--project-dir', here.workspace, '--json', ...rest], { home: here.home, ...options }));
    },
  };
}

export function outcomeOf(ran: Ran): Outcome {
  const events = ran.events();
  const result = events.at(-1);
  const criteria: Line[] = result?.criteria ?? [];
  const told = events.filter((one) => (one.type === 'tool.finished' && one.tool !== 'check') || one.type === 'tool.denied');
  return {
    ...ran,
    result,
    statuses: Object.fromEntries(criteria.map((one) => [one.id, one.status])),
    evidence: (id) =>
      criteria
        .find((one) => one.id === id)
        .evidence.map((one: Line) => `${one.ok ? '+' : '-'} ${one.kind}: ${one.text}`)
        .join('\n'),
    answers: told.map((one) => one.text).join('\n'),
  };
}

/** Turns of a script. */
export const says = (text: string): object => ({ text });
export const calls = (...list: readonly (readonly [name: string, input: object])[]): object => ({ calls: list.map(([name, input]) => ({ name, input })) });
export const writes = (path: string, content: string): readonly [string, object] => ['write', { path, content }];
export const bash = (command: string, rest: object = {}): readonly [string, object] => ['bash', { command, ...rest }];

/** What a judge answers who approves, pointing at a place; `change` makes it another answer. */
export const approves = (at: string, change: object = {}): object => says(opinion(at, change));

/** A vote of one of three, pointing at a place. */
export const votes = (approved: boolean, at: string, reasons = 'seen'): object => says(JSON.stringify({ approved, evidence: [at], reasons }));
