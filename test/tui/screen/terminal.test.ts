import { describe, expect, test } from 'vitest';
import { ERASES } from '../../helpers/screen.ts';
import { answered, called, said, talk, thought } from '../../helpers/shell-talk.ts';
import { openScene, type Scene } from '../../helpers/terminal-scene.ts';

const ITEMS = [
  said('u', 'fix the tests 日本語 👩‍👩‍👧‍👦 שלום'),
  thought('t', 'hm'),
  called('x', 'bash npm test', { text: 'a\nb' }),
  answered('a', '# Done\n\nAll **pass**.'),
];

async function opened(columns: number, rows: number, layout: 'panes' | 'inline', items = ITEMS): Promise<Scene> {
  const scene = openScene(columns, rows, { state: { layout, ...talk(items) } });
  scene.terminal.open();
  await scene.screen.settled();
  return scene;
}

async function left(scene: Scene): Promise<void> {
  scene.terminal.end({ is: 'left' });
  await scene.terminal.ended;
  await scene.screen.settled();
}

describe('the whole screen', () => {
  test('has panes side by side, the prompt with the cursor, and the status line', async () => {
    const scene = await opened(100, 20, 'panes');
    expect(scene.screen.buffer()).toBe('alternate');
    expect(scene.screen.rows()).toMatchInlineSnapshot(`
      [
        "─ Agents 2 ───────────────┬─ Chat · assistant 2 ────────────────────────────────────────────────────",
        "○ chat 1           waits  │",
        "○ └ assistant 2    idle   │  > fix the tests 日本語 👩‍👩‍👧‍👦 שלום",
        "                          │",
        "                          │  ∴ thought",
        "                          │  ✓ bash npm test                                          2 lines · 1.2s",
        "                          │",
        "                          │  # Done",
        "                          │",
        "                          │  All pass.",
        "                          │",
        "                          │",
        "                          │",
        "                          │",
        "                          │",
        "                          │",
        "                          │",
        "────────────────────────────────────────────────────────────────────────────────────────────────────",
        "> what is to be done?  / commands  @ files  ! shell  ? help",
        "ready · anthropic/claude-opus-4-5 · bwrap",
      ]
    `);
    expect(scene.screen.cursor()).toEqual({ x: 2, y: 18 });
    await left(scene);
  });

  test('inline what is finished is in the scrollback of the terminal, and the foot below it', async () => {
    const scene = await opened(60, 8, 'inline');
    expect(scene.screen.buffer()).toBe('normal');
    expect([...scene.screen.scrollback(), ...scene.screen.rows()]).toMatchInlineSnapshot(`
      [
        "",
        "  > fix the tests 日本語 👩‍👩‍👧‍👦 שלום",
        "",
        "  ∴ thought",
        "  ✓ bash npm test                             2 lines · 1.2s",
        "",
        "  # Done",
        "",
        "  All pass.",
        "────────────────────────────────────────────────────────────",
        "> what is to be done?  / commands  @ files  ! shell  ? help",
        "ready · anthropic/claude-opus-4-5 · bwrap",
        "",
      ]
    `);
    await left(scene);
  });

  test.each([
    ['panes', 40, 12],
    ['panes', 80, 24],
    ['panes', 200, 50],
    ['panes', 400, 100],
    ['inline', 40, 12],
    ['inline', 200, 50],
    ['panes', 3, 2],
    ['inline', 2, 2],
  ] as const)('%s at %dx%d is never taller than the terminal, and erases no more than it wrote', async (layout, columns, rows) => {
    const scene = await opened(columns, rows, layout);
    for (let count = 0; count < 12; count++) {
      scene.set(talk([...ITEMS, answered('b', `${'漢字 and more 🎉 words\n\n'.repeat(count * 3)}`, true, count + 2)], true));
      await scene.screen.settled();
    }
    if (layout === 'panes') expect(scene.screen.scrollback()).toEqual([]);
    expect(scene.screen.raw()).not.toMatch(ERASES);
    await left(scene);
  });

  test.each(['panes', 'inline'] as const)('%s is whole after the terminal changed its size while text streamed in', async (layout) => {
    const scene = await opened(120, 40, layout);
    for (const [at, [columns, rows]] of (
      [
        [80, 24],
        [200, 50],
        [60, 15],
        [40, 12],
        [100, 30],
      ] as const
    ).entries()) {
      scene.screen.resize(columns, rows);
      scene.set(talk([...ITEMS, answered('b', 'streams in '.repeat(at * 20), true, at + 2)], true));
      await scene.screen.settled();
    }
    const shown = (await scene.screen.shows(/working/u)).filter((row) => row !== '');
    // One prompt, one status line: nothing of an older size is left.
    expect(shown.filter((row) => row.startsWith('> what is'))).toHaveLength(1);
    expect(shown.filter((row) => row.includes('working'))).toHaveLength(1);
    expect(scene.screen.raw()).not.toMatch(ERASES);
    await left(scene);
  });

  test('writes nothing while nothing changes', async () => {
    const scene = await opened(80, 24, 'panes');
    const before = scene.screen.bytes();
    scene.set({});
    scene.set({ now: 100_001 });
    await scene.screen.settled();
    expect(scene.screen.bytes()).toBe(before);
    await left(scene);
  });

  test('layouts change into each other', async () => {
    const scene = await opened(80, 24, 'inline');
    scene.set({ layout: 'panes' });
    await scene.screen.shows('Agents');
    expect(scene.screen.buffer()).toBe('alternate');
    scene.set({ layout: 'inline' });
    await scene.screen.shows((rows) => !rows.join().includes('Agents'));
    expect(scene.screen.buffer()).toBe('normal');
    await left(scene);
  });
});

describe('the terminal is as it was before', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  const modes = (raw: string): readonly string[] => [...raw.matchAll(/\x1b\[[?](\d+)([hl])/gu)].map(([, mode, on]) => `${mode}${on}`);
  /** What is still on, of alternate screen, cursor, paste and mouse. */
  function stillOn({ screen }: Scene): readonly string[] {
    const on = new Map<string, boolean>();
    for (const one of modes(screen.raw())) on.set(one.slice(0, -1), one.endsWith('h'));
    return [...on].filter(([mode, isOn]) => (mode === '25' || mode === '7' ? !isOn : isOn)).map(([mode]) => mode);
  }

  test.each<readonly [how: string, end: (scene: Scene) => void, why: object]>([
    ['leaving', ({ terminal }) => terminal.end({ is: 'left' }), { is: 'left' }],
    ['SIGTERM', ({ host }) => host.emit('SIGTERM'), { is: 'signal', signal: 'SIGTERM' }],
    ['SIGHUP', ({ host }) => host.emit('SIGHUP'), { is: 'signal', signal: 'SIGHUP' }],
    ['an uncaught exception', ({ host }) => host.emit('uncaughtException', new Error('no')), { is: 'fault' }],
    ['an unhandled rejection', ({ host }) => host.emit('unhandledRejection', new Error('no')), { is: 'fault' }],
    ['the end of the process', ({ host }) => host.emit('exit', 3), { is: 'left' }],
    ['a terminal that is gone', ({ screen }) => screen.stdout.emit('error', Object.assign(new Error('EIO'), { code: 'EIO' })), { is: 'gone' }],
  ])('after %s', async (_how, end, why) => {
    for (const layout of ['panes', 'inline'] as const) {
      const scene = await opened(80, 24, layout);
      expect(scene.screen.stdin.isRaw).toBe(true);
      end(scene);
      expect(await scene.terminal.ended).toMatchObject(why);
      await scene.screen.settled();
      expect([scene.screen.stdin.isRaw, scene.screen.buffer(), stillOn(scene)]).toEqual([false, 'normal', []]);
      // Signals stay heard until the kernel is closed.
      expect(scene.host.eventNames()).toEqual(['SIGTERM', 'SIGHUP', 'SIGINT']);
      scene.terminal.release();
      expect(scene.host.eventNames()).toEqual([]);
    }
  });

  test('a signal while the kernel is being closed waits for that, a second one does not, and a window says it is closed more than once', async () => {
    const scene = await opened(80, 24, 'panes');
    for (const signal of ['SIGHUP', 'SIGHUP', 'SIGHUP']) scene.host.emit(signal);
    expect([await scene.terminal.ended, scene.host.exits]).toEqual([{ is: 'signal', signal: 'SIGHUP' }, []]);
    scene.host.emit('SIGTERM');
    expect(scene.host.exits).toEqual([143]);
    const other = await opened(80, 24, 'panes');
    await left(other);
    other.host.emit('SIGINT');
    expect(other.host.exits).toEqual([]);
    other.host.emit('SIGINT');
    expect(other.host.exits).toEqual([130]);
  });

  test('while it is suspended, and the picture is back when it goes on', async () => {
    const scene = await opened(80, 24, 'panes');
    for (const how of ['continued', 'never stopped, where nobody controls jobs']) {
      scene.terminal.suspend();
      expect([scene.screen.stdin.isRaw, stillOn(scene), scene.host.killed.at(-1)], how).toEqual([false, [], [0, 'SIGTSTP']]);
      await scene.screen.settled();
      if (how === 'continued') scene.host.emit('SIGCONT');
      await scene.screen.shows('Agents');
      expect([scene.screen.stdin.isRaw, scene.screen.buffer(), scene.host.listenerCount('SIGCONT')], how).toEqual([true, 'alternate', 0]);
    }
    expect(scene.host.killed.length).toBe(2);
    await left(scene);
  });

  test('and a picture that went wrong while the size changed is made anew once the size stays', async () => {
    const scene = await opened(120, 30, 'panes');
    scene.screen.resize(110, 24);
    scene.screen.stdout.write('\x1b[9;9Hwrong');
    await scene.screen.shows((rows) => rows.some((row) => row.includes('Agents')) && !rows.some((row) => row.includes('wrong')));
    await left(scene);
  });

  test('while an editor has it, whose Ctrl-C is its own', async () => {
    const scene = await opened(80, 24, 'panes');
    await scene.terminal.away(async () => void scene.host.emit('SIGINT'));
    await scene.screen.shows('Agents');
    expect(scene.screen.buffer()).toBe('alternate');
    await left(scene);
  });

  test('while an editor has it, also when that fails', async () => {
    const scene = await opened(80, 24, 'panes');
    await expect(
      scene.terminal.away(async () => {
        expect([scene.screen.stdin.isRaw, stillOn(scene)]).toEqual([false, []]);
        // What happens meanwhile is not painted.
        const before = scene.screen.bytes();
        scene.set({ model: 'another' });
        expect(scene.screen.bytes()).toBe(before);
        throw new Error('no editor');
      }),
    ).rejects.toThrow('no editor');
    expect((await scene.screen.shows('another')).join('\n')).toContain('Agents');
    await left(scene);
  });
});

test('a key is on the screen before anything else is done', async () => {
  const scene = openScene(120, 40, {
    state: { layout: 'panes', ...talk(ITEMS, true) },
    onEvent: (event, store) =>
      event.is === 'text' &&
      store.set((state) => ({ ...state, prompt: { ...state.prompt, text: state.prompt.text + event.text, at: state.prompt.at + event.text.length } })),
  });
  scene.terminal.open();
  scene.screen.type('héllo');
  expect((await scene.screen.shows('héllo')).join('\n')).toContain('> héllo');
  await left(scene);
});
