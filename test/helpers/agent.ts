import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Line, oxios, type Place, place, type Ran, type RunOptions } from './oxios.ts';

/** A call as a model makes it; `raw` for arguments that are not JSON. */
export interface Use {
  readonly name: string;
  readonly input?: object;
  readonly raw?: string;
}

/** What became of one call. */
export interface Answer {
  /** What the model read. */
  readonly text: string;
  readonly ok: boolean;
  /** `tool.finished` or `tool.denied`. */
  readonly event: Line;
}

export interface Acted extends Ran {
  /** In the order of the calls. */
  readonly answers: readonly Answer[];
}

/** An empty workspace with a home of its own. */
export function desk(files: Readonly<Record<string, string | Uint8Array>> = {}): Place {
  const here = place();
  mkdirSync(here.workspace);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(here.workspace, name)), { recursive: true });
    writeFileSync(join(here.workspace, name), content);
  }
  return here;
}

/** A file of turns by the name of the agent, or of the only agent there is. */
export function script(here: Place, turns: readonly object[] | Readonly<Record<string, readonly object[]>>, rest: object = {}): string {
  const file = here.path('model.yaml');
  writeFileSync(
    file,
    JSON.stringify(Array.isArray(turns) && Object.keys(rest).length === 0 ? turns : { agents: Array.isArray(turns) ? { default: turns } : turns, ...rest }),
  );
  return file;
}

/** The command line of one headless task in the workspace. */
export const task = (here: Place, args: readonly string[] = []): readonly string[] => [
  ...['-p', 'do as the script says', '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'],
  ...args,
];

/** More turns than this are not allowed unless configured; beyond, several calls share one. */
const TURNS = 40;

/** The built program with an agent that makes these calls, one a turn as far as there are turns. */
export async function act(here: Place, uses: readonly Use[], args: readonly string[] = [], options: Partial<RunOptions> = {}): Promise<Acted> {
  const each = Math.ceil(uses.length / TURNS);
  const turns = Array.from({ length: Math.ceil(uses.length / each) }, (_, at) => ({ calls: uses.slice(at * each, (at + 1) * each) }));
  script(here, [...turns, { text: 'done' }]);
  const ran = await oxios(task(here, args), { home: here.home, ...options });
  return { ...ran, answers: answersIn(ran.events()) };
}

/** Of one agent, in the order of its calls: neighbours that ran side by side end in any order. */
export const answersIn = (events: readonly Line[]): readonly Answer[] =>
  events
    .filter((event) => event.type === 'tool.finished' || event.type === 'tool.denied')
    .sort((a, b) => numberOf(a.call) - numberOf(b.call))
    .map((event) => ({ text: event.text, ok: event.ok === true, event }));

const numberOf = (call: string): number => Number(call.split('.')[1]);
