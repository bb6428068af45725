/** As much of an output as fits into a line of evidence, characters. */
const GIST = 300;
/** Lines of a stack, which say where and not what. */
const STACK = /^\s+at |^\s*File ".*", line \d+|^node:internal|^Node\.js v\d|^\s*[\^~]+\s*$/u;

/** The end of what was printed, without the stack. */
export function gistOf(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !STACK.test(line));
  const kept: string[] = [];
  for (let left = GIST; lines.length > 0; ) {
    const line = lines.pop()?.trim() ?? '';
    left -= line.length;
    if (left < 0 && kept.length > 0) break;
    kept.unshift(line.slice(0, GIST));
  }
  return kept.length === 0 ? '' : `: ${kept.join(' / ')}`;
}
