import { PassThrough } from 'node:stream';
import { encode } from './encode.ts';
import type { InputEvent } from './event.ts';
import { plainKey } from './named-key.ts';

/** What Ink takes for stdin. It reads nothing by itself: the one-line form that is open is all it is for. */
export type ProxyInput = PassThrough & {
  readonly isTTY: boolean;
  setRawMode(on: boolean): ProxyInput;
  ref(): ProxyInput;
  unref(): ProxyInput;
};

export interface FormFeedOptions {
  onEvent(event: InputEvent): void;
  /** A one-line form is open. */
  forward(): boolean;
}

/** Hands out events in their order, to a form as well while one is open. */
export interface FormFeed {
  readonly proxy: ProxyInput;
  take(event: InputEvent): void;
  /** Forgets what waits. */
  drop(): void;
}

/** Milliseconds between two looks at a form that is not drawn yet, and how often it is looked at. */
const LOOK_MS = 8;
const MOST_ROUNDS = 60;

/**
 * A form is React's: it takes one key at a time, and it opens and closes when it is drawn. So while one is open events
 * wait for each other, and each is looked at anew: what is typed behind the Enter of a form is no longer the form's.
 * A key is a discrete update of React's, which is done within the turn of the event loop: the next one is given in the
 * next turn, so that nothing piles up however fast it is typed.
 */
export function createFormFeed({ onEvent, forward }: FormFeedOptions): FormFeed {
  const proxy = proxyOf();
  let waiting: InputEvent[] = [];
  let callOff: (() => void) | undefined;
  let rounds = 0;
  let settles = false;

  const step = (): void => {
    callOff = undefined;
    while ((waiting.length > 0 || settles) && callOff === undefined) {
      if (mustWait()) callOff = later(step);
      else if (next()) callOff = soon(step);
    }
  };
  /** The form has not read what it was given last, perhaps because it is not drawn yet. */
  const mustWait = (): boolean => {
    // What a closed form did not read is nobody's.
    if (!forward()) proxy.read();
    rounds = proxy.readableLength > 0 && rounds < MOST_ROUNDS ? rounds + 1 : 0;
    return rounds > 0;
  };
  /** Whether the form has got it. */
  const next = (): boolean => {
    if (settles) return settle();
    const event = waiting.shift();
    if (!event) return false;
    const isForForm = forward() && !isOurs(event);
    const whole = isForForm ? withTextBehind(event) : event;
    if (isForForm) proxy.write(encode(whole));
    settles = isForForm && isLeft(whole);
    onEvent(whole);
    return isForForm;
  };
  /** The cursor of a form goes one place too far to the left, and comes back with the next key: with one that does nothing else. */
  const settle = (): boolean => {
    settles = false;
    if (forward()) proxy.write(encode({ is: 'key', key: plainKey('pageup') }));
    return true;
  };
  /** Text behind text is one piece for a form. */
  const withTextBehind = (event: InputEvent): InputEvent => {
    let whole = event;
    for (let more = waiting[0]; whole.is === 'text' && more?.is === 'text'; more = waiting[0]) {
      whole = { is: 'text', text: whole.text + more.text };
      waiting.shift();
    }
    return whole;
  };

  return {
    proxy,
    take(event) {
      waiting.push(...charactersOf(event));
      if (callOff === undefined) step();
    },
    drop() {
      callOff?.();
      callOff = undefined;
      waiting = [];
      settles = false;
      proxy.read();
    },
  };
}

function later(run: () => void): () => void {
  const timer = setTimeout(run, LOOK_MS);
  return () => clearTimeout(timer);
}

function soon(run: () => void): () => void {
  const turn = setImmediate(run);
  return () => clearImmediate(turn);
}

/** A key may open a form, and what is typed behind it is for that: each character is looked at by itself. Nobody types as much as is left whole. */
function charactersOf(event: InputEvent): readonly InputEvent[] {
  if (event.is !== 'text' || event.text.length === 1 || event.text.length > MOST_TYPED) return [event];
  return Array.from(graphemes.segment(event.text), ({ segment }) => ({ is: 'text', text: segment }));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const MOST_TYPED = 200;

/** Closing a form, and what is done with the terminal, is the shell's business. */
const isOurs = (event: InputEvent): boolean =>
  event.is === 'wheel' || event.is === 'click' || (event.is === 'key' && (event.key.name === 'escape' || (event.key.ctrl && /^[cdlz]$/u.test(event.key.name))));

const isLeft = (event: InputEvent): boolean => event.is === 'key' && event.key.name === 'left';

function proxyOf(): ProxyInput {
  const stream = new PassThrough();
  const self = (): ProxyInput => proxy;
  const proxy: ProxyInput = Object.assign(stream, { isTTY: true, setRawMode: self, ref: self, unref: self });
  return proxy;
}
