import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { createElement } from 'react';
import { expect, test } from 'vitest';
import type { InputEvent } from '../../../src/tui/input/event.ts';
import { createReader } from '../../../src/tui/input/reader.ts';
import { Form } from '../../../src/tui/overlays/form.tsx';
import { plainText } from '../../../src/tui/text/line.ts';
import { random } from '../../helpers/random.ts';

interface Shell {
  readonly stdin: EventEmitter;
  readonly forms: string[];
  readonly prompt: string[];
  ended(): Promise<void>;
}

/** A form that opens with `m`, as the shell has it: what is typed without one goes to the prompt. */
function shell(): Shell {
  const stdin = Object.assign(new EventEmitter(), { pause: () => undefined, resume: () => undefined });
  const told = new EventEmitter();
  const forms: string[] = [];
  const prompt: string[] = [];
  let isOpen = false;
  const tree = () =>
    isOpen
      ? createElement(Form, {
          overlay: { is: 'form', title: 'Message', value: '', submit: { is: 'search-sessions' } },
          columns: 80,
          paint: plainText,
          onSubmit(text: string) {
            forms.push(text);
            isOpen = false;
            app.rerender(tree());
          },
        })
      : null;
  const onEvent = (event: InputEvent): void => {
    if (isOpen || event.is !== 'text') return;
    prompt.push(event.text);
    if (event.text === '.') told.emit('end');
    if (event.text !== 'm') return;
    isOpen = true;
    app.rerender(tree());
  };
  const reader = createReader(stdin, { forward: () => isOpen, onEvent });
  const stdout = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
  stdout.resume();
  const app = render(tree(), {
    stdin: reader.proxy as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  reader.resume();
  return {
    ...{ stdin, forms, prompt },
    async ended() {
      if (!prompt.includes('.')) await new Promise((resolve) => void told.once('end', resolve));
      reader.pause();
      app.unmount();
    },
  };
}

test('a form that is typed into faster than it is drawn has all of it, and what follows its Enter goes to the prompt', async () => {
  const { stdin, forms, prompt, ended } = shell();
  const bytes = ['m', 'abc', '\r', 'm', 'd', 'e', '日本', '\x7f', 'f', '\x1b[D', 'x', '\r', '.'];
  for (const chunk of bytes) stdin.emit('data', Buffer.from(chunk));
  await ended();
  expect(forms).toEqual(['abc', 'de日xf']);
  expect(prompt).toEqual(['m', 'm', '.']);
});

test('so has one that is typed in one piece', async () => {
  const { stdin, forms, prompt, ended } = shell();
  stdin.emit('data', Buffer.from('m'));
  stdin.emit('data', Buffer.from('hello there\rm\x1b[200~pasted\rtext\x1b[201~\r.'));
  await ended();
  expect(forms).toEqual(['hello there', 'pasted text']);
  expect(prompt).toEqual(['m', 'm', '.']);
});

test.each([1, 2, 3])('thousands of keys at once come to what they come to one by one (seed %i)', async (seed) => {
  const { stdin, forms, ended } = shell();
  const by = random(seed);
  let line: readonly string[] = [];
  let at = 0;
  let bytes = '';
  const type = (keys: string, next: readonly string[], place: number): void => {
    bytes += keys;
    line = next;
    at = Math.max(0, place);
  };
  for (let n = 0; n < 2000; n++) {
    const char = by.pick([...'abc 漢']);
    const what = by.int(10);
    if (what < 5) type(char, [...line.slice(0, at), char, ...line.slice(at)], at + 1);
    else if (what < 7) type('\x7f', at === 0 ? line : [...line.slice(0, at - 1), ...line.slice(at)], at - 1);
    else if (what < 9 && at > 0) type('\x1b[D', line, at - 1);
    else if (at < line.length) type('\x1b[C', line, at + 1);
  }
  stdin.emit('data', Buffer.from('m'));
  stdin.emit('data', Buffer.from(`${bytes}\r.`));
  await ended();
  expect(forms).toEqual([line.join('')]);
});

test.each([
  [1, 'axb'],
  [2, 'xab'],
  [5, 'xab'],
])('%i to the left in a form, and no further than its beginning', async (steps, sent) => {
  const { stdin, forms, ended } = shell();
  for (const piece of ['m', 'ab', ...Array<string>(steps).fill('\x1b[D'), 'x', '\r', '.']) stdin.emit('data', Buffer.from(piece));
  await ended();
  expect(forms).toEqual([sent]);
});
