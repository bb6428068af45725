import type { SearchOutcome } from '../kernel/host.ts';
import type { ToolResult } from '../kernel/tool.ts';

const MAX_BYTES = 50 * 1024;

/** Lines for a model, bounded, with a word on what was left out. */
export function listing(found: SearchOutcome, empty: string): ToolResult {
  if (found.lines.length === 0) return { ok: true, text: `[${empty}]`, details: { count: 0 } };
  const taken: string[] = [];
  let bytes = 0;
  for (const line of found.lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_BYTES) break;
    taken.push(line);
  }
  const cut = found.truncated || taken.length < found.lines.length;
  return {
    ok: true,
    text: taken.join('\n') + (cut ? `\n[${taken.length} shown, there is more: narrow it down]` : ''),
    details: { count: taken.length, truncated: cut },
  };
}
