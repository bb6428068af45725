import type { Outcome } from '../intent.ts';
import type { ShellState } from '../state.ts';

/** Enter with nothing typed takes what the conversation in front offers: the interview that its agent suggested. */
export function takeOffer({ offer, session }: Pick<ShellState, 'offer' | 'session'>): Outcome | undefined {
  if (!offer || offer.run !== session) return undefined;
  return { ui: [{ ui: 'focus', pane: 'interview' }], world: [{ do: 'interview', idea: offer.idea }] };
}

/** What the prompt says of it as long as nothing is typed. */
export const offerText = (state: Pick<ShellState, 'offer' | 'session'>): string | undefined =>
  takeOffer(state) === undefined ? undefined : 'Enter begins the interview; or say what else is to be done';
