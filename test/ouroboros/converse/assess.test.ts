import { expect, test } from 'vitest';
import { assess, type Deed } from '../../../src/ouroboros/converse/assess.ts';

const worked: Deed = { is: 'worked', action: 'write a' };
const asked: Deed = { is: 'asked', action: 'ask: which?' };
const refused: Deed = { is: 'refused', action: 'curl x' };

test.each<[string, readonly Deed[], boolean, string, string]>([
  ['an answer', [], false, 'conversation', 'answered, and changed nothing'],
  ['a question back', [asked], false, 'clarification', 'asked back: ask: which?'],
  ['work', [worked, worked], false, 'task', 'worked on it: write a and 1 more'],
  ['work after a question', [asked, worked], false, 'task', 'worked on it: write a'],
  ['work that was refused', [refused], false, 'task', 'was refused what it takes: curl x'],
  ['nothing, interrupted', [], true, 'conversation', 'interrupted: nothing was done'],
  ['work, interrupted', [worked], true, 'task', 'interrupted: worked on it: write a'],
])('what came of a message is told by what was done: %s', (_, deeds, isInterrupted, kind, why) => {
  expect(assess(3, deeds, isInterrupted)).toEqual({ message: 3, kind, why });
});
