import { type Capability, covers, formatRule } from './capability.ts';
import { decide } from './decide.ts';
import { RefusedError } from './denial.ts';
import { OxiosError } from './errors.ts';
import type { NetGuard } from './host.ts';
import type { Lent } from './lent.ts';
import { formatEndpoint, isLocalhost, nameOfAddress } from './net/endpoint.ts';
import { type Target, targetOf } from './net/target.ts';
import type { SysNet } from './tool.ts';

/** The network as one call may use it: what its needs named or the process holds, each redirect and each address judged anew. */
export function narrowedNet(lent: Lent): SysNet {
  return { fetch: (request) => lent.host.net.fetch(request, guardFor(lent), lent.signal) };
}

function guardFor(lent: Lent): NetGuard {
  const { authority } = lent;
  const held: readonly Capability[] = [...authority.granted, ...lent.needs];
  return {
    enter(url, from) {
      const target = from ? led(url, from) : targetOf(url);
      const decision = decide({ ...authority, granted: held }, [target.need]);
      if (from === undefined && !lent.needs.some((one) => covers(one, target.need)))
        throw new OxiosError('NET_DENIED', `the call did not declare ${formatRule(target.need)}`, { hint: 'a tool may only ask whom its needs name' });
      if (decision.verdict === 'allow') return target;
      const reason = from === undefined ? decision.reason : `${from.host} redirects to ${target.need.host}: ${decision.reason}`;
      throw new RefusedError([target.need], { ...decision, verdict: 'deny', reason });
    },
    leads(target, addresses) {
      for (const address of addresses) {
        const need: Capability = { on: 'net', host: formatEndpoint({ name: nameOfAddress(address), port: target.port }) };
        // The name was granted: any public address will do, and a closed one must be named itself, unless the name says so.
        // What an agent was narrowed to are names.
        const implied: Capability = isLocalhost(target.name) ? need : { on: 'net', host: '*' };
        const decision = decide({ ...authority, granted: [...held, implied], bounds: [] }, [need]);
        if (decision.verdict === 'allow') continue;
        throw new RefusedError([need], { ...decision, verdict: 'deny', reason: `${target.name} leads to ${address}: ${decision.reason}` });
      }
    },
  };
}

/** Whoever redirects to what nobody may ask for is refused by an event that names it. */
function led(url: string, from: URL): Target {
  try {
    return targetOf(url, from);
  } catch (error) {
    if (!(error instanceof OxiosError)) throw error;
    // In its encoded form: a server's free words have no place in what the gate says.
    const where = URL.canParse(url, from.href) ? `${new URL(url, from).href.slice(0, MAX_SHOWN)}: ${error.detail}` : 'what is no URL';
    throw new RefusedError([], { verdict: 'deny', rule: error.code, reason: `${from.host} redirects to ${where}` });
  }
}

/** Of a URL in a reason, characters. */
const MAX_SHOWN = 200;
