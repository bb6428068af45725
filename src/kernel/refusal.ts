import { type Capability, formatRule } from './capability.ts';
import { type Authority, decide } from './decide.ts';
import type { Decision } from './events.ts';

/** What a model reads of a refused call: why, what it lacks, and how the user can give it that. */
export function refusalText(decision: Decision, authority: Authority, needs: readonly Capability[]): string {
  const ways = waysOut(authority, needs);
  const grant = ways === undefined ? 'No grant allows it' : ways.length === 0 ? '' : `To grant it the user says ${ways.map(flagFor).join(' ')}`;
  return [
    `Refused: ${decision.reason} (${decision.rule})`,
    `The call needs ${needs.map(formatRule).join(', ') || 'nothing'}`,
    grant,
    'Do it another way within what is granted, or say in your answer what is missing.',
  ]
    .filter(Boolean)
    .join('. ');
}

/** The rules that are missing, so that they can be granted all at once; undefined when granting does not help. */
function waysOut(authority: Authority, needs: readonly Capability[]): readonly string[] | undefined {
  const missing = needs.filter((need) => decide(authority, [need]).verdict !== 'allow');
  const helps = missing.every((need) => decide(withGrant(authority, need), [need]).verdict === 'allow');
  return helps ? [...new Set(missing.map(formatRule))] : undefined;
}

const flagFor = (rule: string): string => `--allow ${/^[\w./:@%+=,~-]+$/u.test(rule) ? rule : `'${rule.replaceAll("'", `'\\''`)}'`}`;

/** As if the user had said so from the start. */
const withGrant = (authority: Authority, need: Capability): Authority => ({
  ...authority,
  caps: [...authority.caps, need],
  ...(authority.given ? { given: [...authority.given, need] } : {}),
});
