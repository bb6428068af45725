import { describe, expect, test } from 'vitest';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { setupRows } from '../../../src/tui/overlays/setup.ts';
import type { Overlay } from '../../../src/tui/state.ts';
import { frame, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';

type Setup = Extract<Overlay, { readonly is: 'setup' }>;
const rowsOf = (overlay: Setup, size: { readonly width: number; readonly height: number }, at = 0) =>
  frame(setupRows({ ...viewOf({ scroll: scrolledTo(at) }), overlay }, size), size);
const usual = { width: 80, height: 24 };

describe('the first run', () => {
  test('offers what works, and says what each way means', () => {
    expect(rowsOf({ is: 'setup' }, usual)).toBe(
      `Welcome to Oxios
Agents need a model. Choose how to get one; it is tried before anything is
stored.

> Anthropic
    With a key of your own. It is stored where only you can read it.
  OpenAI-compatible
    Any server that speaks it, by its address: also Ollama, llama.cpp or vLLM on
    this machine.
  Demo
    A scripted model, to look around. No key, nothing leaves this machine.

Up up  Down down  Enter take it  Esc later`,
    );
  });

  test('says when it is looking, and what is wrong, without the key', () => {
    const tried = { is: 'anthropic', key: 'sk-secret-1' } as const;
    expect(rowsOf({ is: 'setup', tried }, usual)).toContain('Checking…\nEsc leave it');
    const wrong = rowsOf({ is: 'setup', tried, wrong: 'the provider does not know this key' }, usual);
    expect(wrong).toContain('the provider does not know this key\nUp up  Down down  Enter try again  Esc later');
    expect(wrong).not.toContain('sk-secret');
  });

  test('asks for a key in a form that does not show it, and remembers an address for another try', () => {
    expect(actIn({ is: 'setup' }, 'take', stateOf())?.ui).toEqual([
      {
        ui: 'open',
        overlay: {
          is: 'form',
          title: 'Key of Anthropic',
          value: '',
          secret: true,
          submit: { is: 'setup', field: 'key', choice: { is: 'anthropic', key: '' } },
        },
      },
    ]);
    const tried = { is: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', key: 'k', model: 'tiny' } as const;
    expect(actIn({ is: 'setup', tried, wrong: 'nobody answers' }, 'take', stateOf())?.ui).toMatchObject([
      { overlay: { is: 'form', value: 'http://127.0.0.1:1/v1', submit: { field: 'base_url', choice: tried } } },
    ]);
  });

  test('takes the demo at once, and nothing else while one is being looked at', () => {
    const choice = { is: 'demo' } as const;
    expect(actIn({ is: 'setup' }, 'take', stateOf({ scroll: scrolledTo(2) }))).toEqual({
      ui: [{ ui: 'open', overlay: { is: 'setup', tried: choice } }],
      world: [{ do: 'setup', choice }],
    });
    expect(actIn({ is: 'setup', tried: choice }, 'take', stateOf())).toBeUndefined();
  });

  test('goes round', () => {
    expect(actIn({ is: 'setup' }, 'up', stateOf())).toEqual({ ui: [{ ui: 'move', by: 2 }] });
    expect(actIn({ is: 'setup' }, 'down', stateOf({ scroll: scrolledTo(2) }))).toEqual({ ui: [{ ui: 'move', by: -2 }] });
  });

  test.each(SIZES)('fits $width x $height, and what is wrong is in sight', (size) => {
    const tried = { is: 'demo' } as const;
    for (const at of [0, 1, 2]) expect(rowsOf({ is: 'setup' }, size, at)).toContain('> ');
    expect(rowsOf({ is: 'setup', tried, wrong: 'nobody answers there' }, size)).toContain('nobody answers there');
  });
});
