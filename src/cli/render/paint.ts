/** What colour says; plain text stays plain. */
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

export const plain: Paint = (_, text) => text;

/** SGR codes on and off; basic colours only, which every theme has. */
const CODES: Readonly<Record<Tone, readonly [number, number]>> = { good: [32, 39], bad: [31, 39], warn: [33, 39], dim: [2, 22], strong: [1, 22] };

export const coloured: Paint = (tone, text) => `\u001b[${CODES[tone][0]}m${text}\u001b[${CODES[tone][1]}m`;
