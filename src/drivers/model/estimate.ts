import type { Part } from '../../kernel/message.ts';
import { type ModelRequest, NO_USAGE, totalTokens, type Usage } from '../../kernel/model.ts';

/** Characters of JSON a token, about; an image costs about this many tokens wherever it goes. */
const CHARS_PER_TOKEN = 4;
const IMAGE_TOKENS = 1600;

/** For a provider that counts nothing: limits must hold there too. */
export function estimatedUsage(request: ModelRequest, parts: readonly Part[]): Usage {
  const sent = request.messages.flatMap((message) => message.parts);
  const fixed = request.system.length + JSON.stringify(request.tools).length;
  return { ...NO_USAGE, input: Math.ceil(fixed / CHARS_PER_TOKEN) + tokensOf(sent), output: tokensOf(parts) };
}

/** What an attempt used that came to nothing, as far as the provider began to answer it. */
export function lostUsage(request: ModelRequest, counted: Usage, chars: number): Usage {
  if (chars === 0 && totalTokens(counted) === 0) return NO_USAGE;
  const base = totalTokens(counted) > 0 ? counted : estimatedUsage(request, []);
  return { ...base, output: Math.max(base.output, Math.ceil(chars / CHARS_PER_TOKEN)) };
}

function tokensOf(parts: readonly Part[]): number {
  const images = parts.flatMap((part) => (part.type === 'image' ? [part] : part.type === 'answer' ? (part.images ?? []) : []));
  const words = JSON.stringify(parts, (key, value) => (key === 'base64' ? undefined : value)).length;
  return Math.ceil(words / CHARS_PER_TOKEN) + images.length * IMAGE_TOKENS;
}
