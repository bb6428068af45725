/** As much of an output as fits into a line of evidence, characters. */
const GIST = 300;
/** Lines of a stack, and what interpreters print around an error: they say where and not what. */
const AROUND = /^\s+at |^\s*File ".*", line \d+|^node:[\w/]+:\d+$|^Node\.js v\d|^\s*[\^~}{]+\s*$|^Traceback |^\s+(?:errno|code|syscall|path):/u;
const ERROR = /\b(?:\w*(?:Error|Exception)|error|FAILED|panicked|not ok)\b/u;

/** What an output says of a failure, on one line: its errors, or else its end. */
export function gistOf(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !AROUND.test(line));
  const errors = lines.filter((line) => ERROR.test(line));
  const said = (errors.length > 0 ? errors.slice(0, 3) : lines.slice(-3)).map((line) => line.trim().slice(0, GIST));
  while (said.length > 1 && said.join(' / ').length > GIST) said.shift();
  return said.length === 0 ? '' : `: ${said.join(' / ')}`;
}
