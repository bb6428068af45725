/** How clear each part of a request must at least be, whatever the others are (ouroboros.md section 2). */
export const FLOORS = { goal: 0.75, constraints: 0.65, criteria: 0.7, context: 0.6 } as const;

/** The most ambiguity that a seed is made of. */
export const READY = 0.2;
