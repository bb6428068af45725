import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import type { Item } from '../state.ts';
import { cleanEvent, textIn } from './clean.ts';
import { overwritten } from './stream.ts';

/** A thing as it is read by itself. */
export const pageText = (item: Item): string => (item.is === 'tool' ? `${item.action}\n\n${item.diff ?? item.text}\n` : `${item.text}\n`);

/** Changes that are this long may have been cut, characters. */
const LONG_DIFF = 128 * 1024;

export const isCut = (item: Item): boolean => (item.is !== 'note' && (item.cut ?? 0) > 0) || (item.is === 'tool' && (item.diff?.length ?? 0) >= LONG_DIFF);

/** What was cut of it, from the log; as it is where the log has no more, as after a redaction. */
export async function wholeItem(kernel: Pick<Kernel, 'read'>, run: RunId, item: Item): Promise<Item> {
  if (item.is === 'note') return item;
  for await (const event of kernel.read({ run, types: item.is === 'tool' ? ['tool.finished'] : SAID })) {
    const whole = item.is === 'tool' ? finished(item, event) : saidIn(item, event);
    if (whole) return whole;
  }
  return item;
}

const SAID = ['model.answered', 'turn.interrupted', 'message.sent', 'process.forked'];

function finished(item: Extract<Item, { is: 'tool' }>, event: KernelEvent): Item | undefined {
  if (event.type !== 'tool.finished' || event.call !== item.call) return undefined;
  const { text, diff } = cleanEvent(event) as typeof event;
  return { ...item, text: overwritten(text), cut: 0, diff };
}

/** The text of which this is the beginning, and that is as long. */
function saidIn(item: Exclude<Item, { is: 'tool' | 'note' }>, event: KernelEvent): Item | undefined {
  const length = item.text.length + (item.cut ?? 0);
  const text = textsOf(cleanEvent(event)).find((one) => one.length === length && one.startsWith(item.text));
  return text === undefined ? undefined : { ...item, text, cut: 0 };
}

function textsOf(event: KernelEvent): readonly string[] {
  if (event.type === 'turn.interrupted' || event.type === 'message.sent') return [event.text];
  if (event.type === 'model.answered') return joined(event.parts as Json);
  if (event.type !== 'process.forked') return [];
  const args = event.args as Json;
  const history = isObject(args) && Array.isArray(args.history) ? args.history : [];
  return [textIn(args, 'task') ?? '', ...history.flatMap((one) => (isObject(one) ? joined(one.parts, '\n') : []))];
}

/** Texts of parts, and what neighbouring ones say together. */
function joined(parts: Json | undefined, between = ''): readonly string[] {
  const all: { type: string | undefined; text: string }[] = [];
  for (const part of Array.isArray(parts) ? parts : []) {
    const type = textIn(part, 'type');
    const last = all.at(-1);
    if (last && last.type === type) last.text += between + (textIn(part, 'text') ?? '');
    else all.push({ type, text: textIn(part, 'text') ?? '' });
  }
  return all.map(({ text }) => text);
}
