import type { Part } from '../../kernel/message.ts';

/** Recorded answers as the file of a scripted model: `--model script:FILE` plays them again. */
export async function scriptOf(answers: readonly { name: string; parts: readonly Part[] }[]): Promise<string> {
  const { stringify } = await import('yaml');
  const agents: Record<string, unknown[]> = {};
  for (const { name, parts } of answers) {
    agents[name] ??= [];
    agents[name].push(turnOf(parts));
  }
  return `# Recorded by Oxios. Play it with: --model script:THIS_FILE\n${stringify({ agents })}`;
}

function turnOf(parts: readonly Part[]): Record<string, unknown> {
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const thinking = parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : [])).join('');
  const calls = parts.flatMap((part) =>
    part.type !== 'call' ? [] : [part.malformed === undefined ? { name: part.name, input: part.input } : { name: part.name, raw: part.malformed }],
  );
  return { ...(thinking === '' ? {} : { thinking }), ...(text === '' ? {} : { text }), ...(calls.length === 0 ? {} : { calls }) };
}
