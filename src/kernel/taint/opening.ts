import { z } from 'zod';
import type { RunRequest } from '../kernel-types.ts';
import { FOLDER, type Ground } from './follow.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { Label, Text } from './texts.ts';

/** What a run's root process knows when it begins: the request, as it was put. */
export function opened(request: RunRequest): Ledger {
  const ledger = createLedger();
  for (const text of textsOf(request)) ledger.add(text);
  ledger.asked();
  return ledger;
}

/** The user's own words, in the course of it. */
export const said = (text: string): Text => ({ integrity: 'user', sources: ['the user'], text });

/** What a body says to an agent of what commands printed: as good as the folder's files, and no better than what the body has read, `sources`. */
export function told({ text, from }: { readonly text: string; readonly from: string }, { isTrusted }: Ground, sources: readonly string[]): Text {
  if (sources.length > 0) return { integrity: 'untrusted', sources, by: from, text };
  return isTrusted ? { integrity: 'tool', sources: [from], text } : { integrity: 'untrusted', sources: [FOLDER], by: from, isFolder: true, text };
}

export const groundOf = ({ cwd, trusted = false, trusts = [] }: RunRequest): Ground => ({ cwd, isTrusted: trusted, trusts });

/** Stands before what was piped in: the user's own words end there. */
export const PIPED = '\n\n[standard input]\n';

const part = z.looseObject({ type: z.string(), text: z.string().optional(), taint: z.array(z.string()).optional() });
const agentArgs = z.looseObject({
  task: z.string(),
  system: z.string().optional(),
  history: z.array(z.looseObject({ role: z.string(), parts: z.array(part) })).optional(),
});

function textsOf(request: RunRequest): readonly Text[] {
  const { project, args } = request;
  const agent = request.body === 'agent' || request.kind === 'chat' ? agentArgs.safeParse(args) : undefined;
  return [
    ...(project?.trusted ? [{ ...USER, sources: project.files, text: project.text }] : []),
    ...(agent?.success ? agentTexts(agent.data, request) : [{ integrity: 'seed', sources: ['the seed'], text: leavesOf(args).join('\n') } as const]),
  ];
}

const USER: Label = { integrity: 'user', sources: ['the prompt'] };

function agentTexts({ task, system = '', history = [] }: z.infer<typeof agentArgs>, request: RunRequest): readonly Text[] {
  const [asked = '', ...piped] = task.split(PIPED);
  return [
    { ...USER, text: asked === '' ? task : `${asked}\n${system}` },
    ...(asked === '' || piped.length === 0 ? [] : [{ integrity: 'untrusted', sources: ['standard input'], text: piped.join(PIPED) } as const]),
    ...history.filter(({ role }) => role === 'user').flatMap(({ parts }) => parts.flatMap((one) => earlier(one, request) ?? [])),
  ];
}

/** What was said and read in the conversation that goes on. */
function earlier({ type, text = '', taint = [] }: z.infer<typeof part>, request: RunRequest): Text | undefined {
  if (type === 'text') return { ...USER, text };
  if (type !== 'answer') return undefined;
  const sources = taint.filter((one) => one !== FOLDER);
  if (sources.length > 0) return { integrity: 'untrusted', sources, by: EARLIER, text };
  return groundOf(request).isTrusted
    ? { integrity: 'tool', sources: [EARLIER], text }
    : { integrity: 'untrusted', sources: [FOLDER], by: EARLIER, isFolder: true, text };
}

const EARLIER = 'the conversation before';

const leavesOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
