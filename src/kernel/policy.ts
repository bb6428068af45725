import { type Capability, formatRule } from './capability.ts';
import { sha256 } from './ids.ts';

/** One rule of a policy file. */
export interface PolicyRule {
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly rule: Capability;
  /** Where it stands: `FILE:LINE`. */
  readonly at: string;
  /** Why, in the words of the file. */
  readonly because?: string;
}

/** `deny exec:git:push (/home/u/.oxios/policy.yaml:3)` */
export const policyRuleText = ({ verdict, rule, at }: PolicyRule): string => `${verdict} ${formatRule(rule)} (${at})`;

/** Two policies with the same rules in the same order have the same, wherever the rules stand. */
export const policyHash = (rules: readonly PolicyRule[]): string => sha256(JSON.stringify(rules.map(({ verdict, rule }) => [verdict, formatRule(rule)])));

/** The rules of one verdict, as capabilities. */
export const ruled = (rules: readonly PolicyRule[], verdict: PolicyRule['verdict']): readonly Capability[] =>
  rules.flatMap((one) => (one.verdict === verdict ? [one.rule] : []));
