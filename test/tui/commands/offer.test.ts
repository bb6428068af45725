import { expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { offerText, takeOffer } from '../../../src/tui/commands/offer.ts';

const run = 'r_chat' as RunId;
const offer = { run, idea: 'a tally counter', why: 'it is not said where the count is kept' };

test('an offer of the conversation in front is taken by Enter, and said in the prompt', () => {
  expect(takeOffer({ offer, session: run })).toEqual({ ui: [{ ui: 'focus', pane: 'interview' }], world: [{ do: 'interview', idea: 'a tally counter' }] });
  expect(offerText({ offer, session: run })).toBe('Enter begins the interview; or say what else is to be done');
});

test.each([
  { offer: undefined, session: run },
  { offer, session: undefined },
  { offer, session: 'r_other' as RunId },
])('another conversation, or none, offers nothing: %j', (state) => {
  expect(takeOffer(state)).toBeUndefined();
  expect(offerText(state)).toBeUndefined();
});
