import { EXIT } from '../../kernel/error-codes.ts';
import { faultOf, messageOf } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import { NO_USAGE } from '../../kernel/model.ts';
import { escaped } from '../../kernel/text/sanitize.ts';
import { withoutSecrets } from '../io.ts';

/** The last line of `--json` when the log has no result: the run never began, or its end could not be written. */
export function lastWord(error: unknown, exit_code: number, run?: RunId): string {
  const known = faultOf(error);
  const word = JSON.stringify({
    v: 1,
    run: run ?? null,
    type: 'run.result',
    outcome: exit_code === EXIT.interrupted || exit_code === EXIT.terminated ? 'CANCELLED' : 'ERROR',
    exit_code,
    criteria: [],
    denials: [],
    usage: NO_USAGE,
    cost_usd: null,
    files_changed: [],
    audit_head: null,
    error: { code: known?.code ?? 'INTERNAL', message: known?.detail ?? messageOf(error), ...(known?.hint === undefined ? {} : { hint: known.hint }) },
  });
  return escaped(withoutSecrets(word));
}
