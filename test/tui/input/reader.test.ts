import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { InputEvent } from '../../../src/tui/input/event.ts';
import { keyName } from '../../../src/tui/input/key-name.ts';
import { createReader, type Reader } from '../../../src/tui/input/reader.ts';

interface Terminal extends EventEmitter {
  readonly did: string[];
  setRawMode(on: boolean): void;
  pause(): void;
  resume(): void;
}

function terminal(): Terminal {
  const did: string[] = [];
  return Object.assign(new EventEmitter(), {
    did,
    setRawMode: (on: boolean) => void did.push(on ? 'raw' : 'cooked'),
    pause: () => void did.push('pause'),
    resume: () => void did.push('resume'),
  });
}

const short = (event: InputEvent): string =>
  event.is === 'key' ? keyName(event.key) : event.is === 'text' || event.is === 'paste' ? `'${event.text}'` : event.is;

interface Read {
  readonly stdin: Terminal;
  readonly reader: Reader;
  readonly events: string[];
  /** When an event of this name comes. */
  came(name: string): Promise<void>;
}

function reading(forward: () => boolean = () => false, onEvent: (name: string) => void = () => undefined): Read {
  const stdin = terminal();
  const events: string[] = [];
  const told = new EventEmitter();
  const reader = createReader(stdin, {
    forward,
    onEvent(event) {
      events.push(short(event));
      onEvent(short(event));
      told.emit('event', short(event));
    },
  });
  reader.resume();
  const came = async (name: string): Promise<void> => {
    while (!events.includes(name)) await new Promise((resolve) => void told.once('event', resolve));
  };
  return { stdin, reader, events, came };
}

test('events are there when the chunk was read, and characters cut between chunks are whole', () => {
  const { stdin, events } = reading();
  const bytes = Buffer.from('aé日👩‍👩‍👧\r');
  for (const byte of bytes) stdin.emit('data', Buffer.from([byte]));
  expect(events.join('')).toBe("'a''é''日''👩''\u200d''👩''\u200d''👧'enter");
});

test('escape is the key when nothing follows, without anything else coming', async () => {
  const { stdin, events, came, reader } = reading();
  stdin.emit('data', Buffer.from('\x1b'));
  expect(events).toEqual([]);
  await came('escape');
  stdin.emit('data', Buffer.from('\x1b['));
  stdin.emit('data', Buffer.from('A'));
  expect(events).toEqual(['escape', 'up']);
  reader.pause();
});

test('all that one chunk brings is done together', () => {
  const stdin = terminal();
  const did: string[] = [];
  const reader = createReader(stdin, {
    forward: () => false,
    onEvent: (event) => void did.push(short(event)),
    together(act) {
      did.push('(');
      act();
      did.push(')');
    },
  });
  reader.resume();
  stdin.emit('data', Buffer.from('ab\x1b[Ac'));
  expect(did.join(' ')).toBe("( 'a' 'b' up 'c' )");
});

test('the terminal is given away and taken back with raw mode as it has to be, and what was begun is dropped', () => {
  const { stdin, reader, events } = reading();
  stdin.emit('data', Buffer.from('\x1b[20'));
  reader.pause();
  reader.pause();
  expect(stdin.listenerCount('data')).toBe(0);
  reader.resume();
  reader.resume();
  stdin.emit('data', Buffer.from('x'));
  expect(events).toEqual(["'x'"]);
  expect(stdin.did).toEqual(['raw', 'resume', 'pause', 'cooked', 'raw', 'resume']);
});

test('what follows the key that gives the terminal away is not read', () => {
  const { stdin, reader, events } = reading(undefined, (name) => {
    if (name === 'ctrl-z') reader.pause();
  });
  stdin.emit('data', Buffer.from('a\x1abc'));
  expect(events).toEqual(["'a'", 'ctrl-z']);
});

test('Ink gets what is typed while a form is open, as a plain terminal sends it, and nothing else', async () => {
  let isOpen = false;
  const { stdin, reader, events, came } = reading(
    () => isOpen,
    (name) => {
      if (name === "'m'") isOpen = true;
      if (name === 'enter') isOpen = false;
    },
  );
  const read: string[] = [];
  reader.proxy.on('data', (chunk) => void read.push(String(chunk)));
  stdin.emit('data', Buffer.from('m\x1b[97;5uab\x1b[<64;1;1M\x1b[13urest'));
  await came("'t'");
  expect(events).toEqual(["'m'", 'ctrl-a', "'ab'", 'wheel', 'enter', "'r'", "'e'", "'s'", "'t'"]);
  expect(read).toEqual(['\x01', 'ab', '\r']);
  reader.pause();
});

test('what a form did not read before it was closed reaches no other form', async () => {
  let isOpen = true;
  const { stdin, reader, came } = reading(
    () => isOpen,
    (name) => {
      if (name === 'escape') isOpen = false;
    },
  );
  stdin.emit('data', Buffer.from('lost'));
  stdin.emit('data', Buffer.from('\x1b'));
  await came('escape');
  stdin.emit('data', Buffer.from('x'));
  isOpen = true;
  expect(reader.proxy.read()).toBe(null);
  reader.pause();
});
