import type { Json } from './json.ts';

/** One piece of a message; the neutral form every provider is translated to and from. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `by` is the model that thought it: its signature is worth nothing to another. */
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: string; readonly redacted?: string; readonly by?: string }
  | { readonly type: 'image'; readonly mime: string; readonly base64: string }
  | ToolCall
  | ToolAnswer;

/** A model's wish to call a tool. `malformed` holds the raw text when the arguments were not JSON; `input` is then null. */
export interface ToolCall {
  readonly type: 'call';
  readonly id: string;
  readonly name: string;
  readonly input: Json;
  readonly malformed?: string;
}

export interface ToolAnswer {
  readonly type: 'answer';
  readonly id: string;
  readonly ok: boolean;
  readonly text: string;
  readonly images?: readonly { readonly mime: string; readonly base64: string }[];
  /** Sources of the text that nobody answers for, in a conversation that another goes on with. */
  readonly taint?: readonly string[];
}

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly Part[];
}

export const textOf = (parts: readonly Part[]): string => parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
