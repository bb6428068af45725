import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Form } from '../../../src/tui/overlays/form.tsx';
import type { Overlay } from '../../../src/tui/state.ts';
import { type Line, plainText } from '../../../src/tui/text/line.ts';

type FormOverlay = Extract<Overlay, { readonly is: 'form' }>;
const form = (change: Partial<FormOverlay> = {}): FormOverlay => ({
  is: 'form',
  title: 'Write the seed to',
  value: '',
  submit: { is: 'search-sessions' },
  ...change,
});

let unmount = (): void => undefined;
afterEach(() => unmount());

function shown(overlay: FormOverlay, columns = 40) {
  const sent: string[] = [];
  const app = render(<Form overlay={overlay} columns={columns} paint={(row: Line) => plainText(row)} onSubmit={(text) => void sent.push(text)} />);
  unmount = app.unmount;
  const frame = (): string => (app.lastFrame() ?? '').replaceAll(/\p{Cc}\[[\d;]*m/gu, '');
  return {
    sent,
    frame,
    press: (key: string) => app.stdin.write(key),
    /** As a person types: the next key comes when the one before is seen. */
    async type(...keys: readonly string[]) {
      for (const key of keys) {
        app.stdin.write(key);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

describe('a form', () => {
  test('takes one line and sends it', async () => {
    const one = shown(form());
    await one.type(...'seed', '\u007f', 'd.yaml');
    await vi.waitFor(() => expect(one.frame()).toBe('Write the seed to\n> seed.yaml\nEnter take it  Esc leave it'));
    await one.type('\r');
    await vi.waitFor(() => expect(one.sent).toEqual(['seed.yaml']));
  });

  test('begins with what is there', async () => {
    const one = shown(form({ value: 'session.md' }));
    expect(one.frame()).toContain('> session.md');
    await one.type('\r');
    await vi.waitFor(() => expect(one.sent).toEqual(['session.md']));
  });

  test('shows nothing of a secret, not even of the one before', async () => {
    const one = shown(form({ title: 'Key', value: 'sk-before', secret: true }));
    expect(one.frame()).not.toContain('*');
    await one.type(...'sk-9');
    await vi.waitFor(() => expect(one.frame()).toContain('> ****'));
    expect(one.frame()).not.toContain('sk');
    await one.type('\r');
    await vi.waitFor(() => expect(one.sent).toEqual(['sk-9']));
  });

  test('loses no key, however fast they come, and takes Enter also at the end of a piece', async () => {
    const one = shown(form());
    for (const key of 'seed-2') one.press(key);
    await vi.waitFor(() => expect(one.frame()).toContain('> seed-2'));
    for (const key of ['.', 'y', '\u007f', 'x', 'y']) one.press(key);
    await vi.waitFor(() => expect(one.frame()).toContain('> seed-2.xy'));
    one.press('z');
    one.press('!\r');
    await vi.waitFor(() => expect(one.sent).toEqual(['seed-2.xyz!']));
  });

  test('makes one line of a paste of several, and stays low however long it is', async () => {
    const one = shown(form(), 20);
    await one.type(`a\tb${'x'.repeat(500)}`);
    await vi.waitFor(() => expect(one.frame()).toContain('xxx'));
    expect(one.frame().split('\n').length).toBeLessThanOrEqual(5);
    await one.type('\r');
    await vi.waitFor(() => expect(one.sent).toEqual([`a b${'x'.repeat(500)}`]));
  });
});
