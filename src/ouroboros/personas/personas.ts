import { CHAT } from './chat.ts';
import { CONSENSUS } from './consensus.ts';
import { EVOLVE } from './evolve.ts';
import { INTERVIEW } from './interview.ts';
import { LATERAL } from './lateral.ts';
import type { Persona } from './persona.ts';

/** All that come with Oxios: a new one is an entry in the file of its group. */
export const PERSONAS: readonly Persona[] = [...CHAT, ...INTERVIEW, ...LATERAL, ...CONSENSUS, ...EVOLVE];

/** One that comes with Oxios. The protocol's own are always there: any other name is a fault of the program. */
export const persona = (name: string): Persona => {
  const found = PERSONAS.find((each) => each.name === name);
  if (!found) throw new Error(`no persona ${name}`);
  return found;
};
