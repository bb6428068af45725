import { type Authority, decide } from '../decide.ts';
import { OxiosError } from '../errors.ts';
import type { Decision } from '../events.ts';
import { targetOf } from './target.ts';

/** Pure: whether the URL may be asked for. Where its name leads is judged again when it is looked up. */
export function judgeUrl(url: string, authority: Authority): Decision {
  try {
    return decide(authority, [targetOf(url).need]);
  } catch (error) {
    if (error instanceof OxiosError) return { verdict: 'deny', rule: error.code, reason: error.detail };
    throw error;
  }
}
