import type { Message, Part } from '../../kernel/message.ts';
import type { ModelFacts, ModelRequest } from '../../kernel/model.ts';

/** An answer whose thoughts say who thought them. */
export const signed = (parts: readonly Part[], by: string): readonly Part[] => parts.map((part) => (part.type === 'thinking' ? { ...part, by } : part));

export const withoutThoughts = (request: ModelRequest): ModelRequest => ({
  ...request,
  messages: request.messages.map((message) => ({ ...message, parts: message.parts.filter((part) => part.type !== 'thinking') })),
});

/** A request as this model can take it: the kernel made it for the one that was asked for, and a fallback may be smaller. */
export const fitted = (request: ModelRequest, facts: ModelFacts): ModelRequest => ({
  ...request,
  max_output: Math.min(request.max_output, facts.max_output),
  messages: request.messages.map((message) => withoutForeign(facts.images ? message : withoutImages(message), facts.id)),
});

/** Another model's signed thoughts are refused by the provider. */
function withoutForeign(message: Message, id: string): Message {
  const isForeign = (part: Part) => part.type === 'thinking' && part.by !== undefined && part.by !== id;
  return message.parts.some(isForeign) ? { ...message, parts: message.parts.filter((part) => !isForeign(part)) } : message;
}

const UNSEEN = '[an image, which this model cannot see]';

function withoutImages(message: Message): Message {
  const hasImages = message.parts.some((part) => part.type === 'image' || (part.type === 'answer' && part.images !== undefined));
  return hasImages ? { ...message, parts: message.parts.map(withoutImage) } : message;
}

function withoutImage(part: Part): Part {
  if (part.type === 'image') return { type: 'text', text: UNSEEN };
  if (part.type !== 'answer' || part.images === undefined) return part;
  const { images, ...rest } = part;
  return { ...rest, text: [part.text, ...images.map(() => UNSEEN)].join('\n') };
}
