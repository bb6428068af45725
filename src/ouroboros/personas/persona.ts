/** A point of view: what an agent is told of how to go about it. Data; user-defined ones have the same form. */
export interface Persona {
  /** Each name once, whatever it is for. */
  readonly name: string;
  /** `chat`: to talk and work with. The others are perspectives of the protocol. */
  readonly for: readonly PersonaUse[];
  /** One line for lists. */
  readonly summary: string;
  /** Added to the standing instructions of the agent. */
  readonly system: string;
  /** The only tools it is offered; omitted: all. One without `write` and `edit` changes nothing. */
  readonly tools?: readonly string[];
  /** Used when no model is named; omitted: as without a persona. */
  readonly model?: string;
}

export type PersonaUse = 'chat' | 'interview' | 'lateral' | 'consensus' | 'evolve';
