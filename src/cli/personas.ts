import type { OwnPersonas } from '../kernel/config.ts';
import { OxiosError } from '../kernel/errors.ts';
import { nearest } from '../kernel/text/nearest.ts';
import type { Persona } from '../ouroboros/personas/persona.ts';
import { PERSONAS } from '../ouroboros/personas/personas.ts';
import { TOOLS } from '../tools/index.ts';

export interface Listed extends Persona {
  readonly source: 'built in' | 'config' | 'project';
}

/**
 * All there are, a project's over the user's over ours. To chat with, any can be replaced; one of a project then holds at
 * most the tools of the one in whose place it stands. Throws CONFIG_INVALID.
 */
export function personasIn(own: OwnPersonas, project: OwnPersonas = {}): readonly Listed[] {
  const all = new Map(PERSONAS.map((one) => [one.name, { ...one, source: 'built in' } as Listed]));
  for (const [name, given] of Object.entries(own)) all.set(name, { ...checked(name, given), source: 'config' });
  for (const [name, given] of Object.entries(project)) {
    const one = checked(name, given);
    const tools = both(one.tools, all.get(name)?.tools);
    all.set(name, { ...one, ...(tools ? { tools } : {}), source: 'project' });
  }
  return [...all.values()];
}

/** The one to work with. `none` is none; any other name has to be there. Throws USAGE. */
export function chosenPersona(name: string | undefined, all: readonly Listed[]): Listed | undefined {
  if (name === undefined || name === NONE) return undefined;
  const hint = `see them with oxios personas; without one: --persona ${NONE}`;
  const found = all.find((one) => one.name === name);
  if (!found) throw new OxiosError('USAGE', unknownPersona(name, all.filter(isToChat)), { hint });
  if (!isToChat(found)) throw new OxiosError('USAGE', `${name} is a perspective of the protocol, and none to work with`, { hint });
  return found;
}

export function unknownPersona(name: string, among: readonly Listed[]): string {
  const close = nearest(
    name,
    among.map((one) => one.name),
  );
  return `there is no persona ${name}${close === undefined ? '' : `; did you mean ${close}?`}`;
}

/** What changes files; who is offered neither has no right to write, so that its commands change nothing either. */
export const onlyLooks = ({ tools }: Persona): boolean => tools !== undefined && !tools.includes('write') && !tools.includes('edit');

const NONE = 'none';

const isToChat = (one: Persona): boolean => one.for.includes('chat');

const both = (one: Persona['tools'], other: Persona['tools']): Persona['tools'] => (one && other ? one.filter((name) => other.includes(name)) : (one ?? other));

const OFFERED = TOOLS.filter((tool) => tool.audience === 'model').map((tool) => tool.name);

function checked(name: string, { summary, system, model, tools }: OwnPersonas[string]): Persona {
  const invalid = (why: string, hint: string) => new OxiosError('CONFIG_INVALID', `personas.${name}: ${why}`, { hint });
  if (name === NONE) throw invalid(`${NONE} means no persona`, 'give it another name');
  if (PERSONAS.some((one) => one.name === name && !isToChat(one)))
    throw invalid('this is a perspective of the protocol, which nothing replaces', 'give it another name');
  const unknown = tools?.find((tool) => !OFFERED.includes(tool));
  if (unknown !== undefined) {
    const close = nearest(unknown, OFFERED);
    throw invalid(`there is no tool ${unknown}${close === undefined ? '' : `; did you mean ${close}?`}`, `the tools: ${OFFERED.join(', ')}`);
  }
  return {
    name,
    for: ['chat'],
    summary: summary ?? system.split('\n')[0]?.slice(0, MAX_SUMMARY) ?? '',
    system,
    ...(model === undefined ? {} : { model }),
    ...(tools === undefined ? {} : { tools }),
  };
}

/** Of what a persona is told, in a list: characters. */
const MAX_SUMMARY = 100;
