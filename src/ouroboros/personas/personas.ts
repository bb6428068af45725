/** A point of view: what an agent is told of how to go about it. Data; user-defined ones have the same form. */
export interface Persona {
  readonly name: string;
  /** `chat`: to talk and work with. The others are perspectives of the protocol. */
  readonly for: readonly ('chat' | 'interview' | 'lateral' | 'consensus' | 'evolve')[];
  /** One line for lists. */
  readonly summary: string;
  /** Added to the standing instructions of the agent. */
  readonly system: string;
}

const one = (name: string, uses: Persona['for'], summary: string, ...system: readonly string[]): Persona => ({
  name,
  for: uses,
  summary,
  system: system.join('\n'),
});

export const PERSONAS: readonly Persona[] = [
  one(
    'hacker',
    ['lateral'],
    'finds another way to the same end',
    'The way tried so far does not work. Look for another one: which limits are real, and which were only assumed?',
    'List two ways around the obstacle, take the smaller one, and check it at once.',
  ),
  one(
    'researcher',
    ['lateral', 'interview'],
    'finds out what is not known yet',
    'Stop changing things and find out: which fact, if you knew it, would decide how to go on?',
    'Read the files, the errors and the tests that tell, write down what is certain, and only then act on it.',
  ),
  one(
    'simplifier',
    ['lateral', 'interview'],
    'takes away until only what is needed is left',
    'There is too much of it. What is the smallest thing that would do? Take away parts, special cases and options until only that is left.',
  ),
  one(
    'architect',
    ['lateral', 'interview'],
    'looks at how the parts fit together',
    'The trouble may lie in the structure. Which part knows what it should not, and which one decides what another should?',
    'Change the seam that makes the work hard, then do the work.',
  ),
  one(
    'contrarian',
    ['lateral', 'consensus'],
    'assumes that the common view is wrong',
    'Assume that what everybody takes for granted here is wrong. What if the opposite were true, or the problem another one?',
    'Say what would prove the present way wrong, look for it, and go the other way where you find it.',
  ),
];

/** Throws nothing: a perspective of the protocol is always there. */
export const persona = (name: string): Persona => {
  const found = PERSONAS.find((each) => each.name === name);
  if (!found) throw new Error(`no persona ${name}`);
  return found;
};
