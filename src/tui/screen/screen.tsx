import { render } from 'ink';
import type { ReactElement } from 'react';
import type { Binding } from '../input/keys.ts';
import type { ShellState } from '../state.ts';
import { App } from './app.tsx';
import { createFrames, type Frame } from './frame.ts';
import { Inline } from './inline.tsx';
import { createInlineFrames, createSpokenFrames } from './inline-frame.ts';
import type { Painter } from './painter.ts';

export interface ScreenDeps {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly keymap: readonly Binding[];
  readonly screenReader: boolean;
  /** What was typed into a form, when it is taken. */
  readonly onSubmit: (text: string) => void;
}

/** The picture on the terminal. */
export interface Screen {
  /** Shows the state: it is written when this returns, unless another frame was written within the same millisecond. */
  paint(state: ShellState, painter: Painter, spin: string): Pick<Frame, 'extents' | 'over'>;
  /** Takes it away; what was printed into the scrollback stays. The next `paint` begins anew. */
  close(): void;
}

/** An echo never waits for the frame before: who paints sees to it that there are not too many. */
const MAX_FPS = 1000;

interface Open {
  readonly instance: ReturnType<typeof render>;
  readonly layout: ShellState['layout'];
}

export function createScreen(deps: ScreenDeps): Screen {
  const { stdin, stdout, keymap, screenReader, onSubmit } = deps;
  const frames = createFrames(keymap);
  const inlineFrames = screenReader ? createSpokenFrames(keymap) : createInlineFrames(keymap);
  let printed: readonly (string | undefined)[] = [];
  let ink: Open | undefined;

  let shown: readonly unknown[] = [];
  /** The same as before costs nothing. */
  const isShown = (picture: readonly unknown[]): boolean => {
    const isSame = ink !== undefined && picture.length === shown.length && picture.every((one, at) => one === shown[at]);
    shown = picture;
    return isSame;
  };
  const close = (): void => {
    const was = ink;
    ink = undefined;
    printed = [];
    if (was?.layout === 'inline') was.instance.rerender(null);
    was?.instance.unmount();
  };
  const show = (layout: ShellState['layout'], tree: ReactElement): void => {
    if (ink) {
      ink.instance.rerender(tree);
      return;
    }
    const options = { stdin, stdout, exitOnCtrlC: false, patchConsole: false, interactive: true, incrementalRendering: true, maxFps: MAX_FPS };
    ink = { layout, instance: render(tree, { ...options, alternateScreen: layout === 'panes', isScreenReaderEnabled: screenReader }) };
  };
  const paintPanes = (state: ShellState, painter: Painter, spin: string): Pick<Frame, 'extents' | 'over'> => {
    const frame = frames(state, spin);
    if (!isShown(pictureOf(frame, painter))) show('panes', <App frame={frame} painter={painter} onSubmit={onSubmit} />);
    return frame;
  };
  const paintInline = (state: ShellState, painter: Painter, spin: string): Pick<Frame, 'extents' | 'over'> => {
    const frame = inlineFrames(state, spin);
    const { columns } = state.size;
    const { form, cursor, fresh } = frame;
    if (isShown([columns, painter, form, cursor?.x, cursor?.y, painter.rows(frame.rows)]) && fresh.length === 0) return frame;
    // What is on the screen already is not kept, only counted.
    if (fresh.length > 0) printed = [...printed.map(() => undefined), painter.rows(fresh)];
    show('inline', <Inline frame={frame} printed={printed} columns={Math.max(1, columns)} painter={painter} onSubmit={onSubmit} />);
    return frame;
  };
  return {
    paint(state, painter, spin) {
      const layout = screenReader ? 'inline' : state.layout;
      if (ink && ink.layout !== layout) close();
      return layout === 'panes' ? paintPanes(state, painter, spin) : paintInline(state, painter, spin);
    },
    close,
  };
}

/** What tells one picture from another. */
const pictureOf = ({ columns, rows, body, foot, status, cursor, form }: Frame, painter: Painter): readonly unknown[] => [
  ...[columns, rows, painter, form, cursor?.x, cursor?.y, painter.rows(foot.rows), painter.rows(status.rows)],
  ...body.flatMap((part) => [part.key, part.x, part.width, part.height, painter.rows(part.rows)]),
];
