import type { InputEvent } from '../input/event.ts';
import type { Binding } from '../input/keys.ts';
import { createReader } from '../input/reader.ts';
import { withPainted } from '../overlays/painted.ts';
import { working } from '../panes/status.ts';
import type { ShellOptions } from '../shell-options.ts';
import { withSize } from '../store/reduce.ts';
import { withExtent, withNow } from '../store/set.ts';
import type { Store } from '../store/store.ts';
import { createCadence } from './cadence.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import { createLook } from './look.ts';
import { createModes } from './modes.ts';
import { createPace } from './pace.ts';
import { createRecorder, tapped } from './recorder.ts';
import { createScreen } from './screen.tsx';

export interface TerminalDeps {
  readonly options: Pick<ShellOptions, 'ports' | 'env' | 'themes' | 'mouse' | 'screenReader' | 'plain' | 'record' | 'stdin' | 'stdout' | 'host'>;
  readonly store: Store;
  readonly keymap: readonly Binding[];
  onEvent(event: InputEvent): void;
  /** What was typed into a form. */
  onSubmit(text: string): void;
}

/** The terminal while the shell has it: what is typed comes in as events, the store's state is painted. */
export interface Terminal extends Pick<Lifetime, 'open' | 'ended' | 'end' | 'release' | 'away' | 'suspend'> {
  /** Everything on the screen anew. */
  redraw(): void;
}

export function createTerminal({ options, store, keymap, onEvent, onSubmit }: TerminalDeps): Terminal {
  const { stdin, stdout, screenReader } = options;
  const { told, untap } = recorded(options);
  const cadence = createCadence({ tick: () => pace.wish(), now: CLOCK, isStill: screenReader });
  const pace = createPace({ paint: () => paint(), now: CLOCK });
  const reader = createReader(stdin, {
    forward: () => store.state().overlay?.is === 'form',
    together: (act) => pace.together(act),
    onEvent(event) {
      told?.input(event);
      pace.together(() => onEvent(event));
    },
  });
  // Ink needs no more of it than the proxy has.
  const ink = { stdin: reader.proxy as unknown as NodeJS.ReadStream, stdout };
  const screen = createScreen({ ...ink, keymap, screenReader, onSubmit: (text) => pace.together(() => onSubmit(text)) });
  const modes = createModes({ ...options, write: (text) => void stdout.write(text) });
  const picture = painting({ options, store, screen, cadence, modes });
  let isPainting = false;
  let settling: NodeJS.Timeout | undefined;
  const paint = (): void => {
    if (!lifetime.isOpen()) return;
    // What a frame tells the state is on the screen already.
    isPainting = true;
    const isClamped = picture();
    isPainting = false;
    if (isClamped) pace.wish();
  };
  const resized = (): void => {
    const { columns, rows } = stdout;
    told?.resize(columns, rows);
    pace.together(() => store.set((state) => withSize(state, columns, rows)));
    // What was under way for the size before may have landed anywhere: the picture is made anew once the size stays.
    clearTimeout(settling);
    settling = setTimeout(redraw, SETTLE_MS);
  };
  const redraw = (): void => {
    if (!lifetime.isOpen()) return;
    screen.close();
    paint();
  };
  const lifetime = createLifetime({
    host: options.host,
    stdout,
    enter() {
      reader.resume();
      paint();
    },
    leave() {
      cadence.stop();
      pace.stop();
      screen.close();
      modes.leave();
      stdout.write(SHOW_CURSOR);
      reader.pause();
    },
  });
  const { open, ended, end, release, away, suspend } = lifetime;
  return {
    ...{ ended, end, release, away, suspend },
    redraw,
    open() {
      stdout.on('resize', resized);
      const unsubscribe = store.subscribe(() => {
        if (!isPainting) pace.wish();
      });
      open();
      void ended.then(() => {
        unsubscribe();
        stdout.off('resize', resized);
        clearTimeout(settling);
        untap();
      });
    },
  };
}

/** Milliseconds without another change of size until a window is no longer being dragged. */
const SETTLE_MS = 120;

/** Whatever the last frame wanted. */
const SHOW_CURSOR = '\x1b[?25h';

const CLOCK = (): number => performance.now();

interface Recorded {
  readonly told: ReturnType<typeof createRecorder> | undefined;
  untap(): void;
}

function recorded({ record, stdout, ports }: TerminalDeps['options']): Recorded {
  if (!record) return { told: undefined, untap: () => undefined };
  const told = createRecorder({ write: record, now: ports.now, columns: stdout.columns, rows: stdout.rows });
  return { told, untap: tapped(stdout, told.output) };
}

interface Painting {
  readonly options: TerminalDeps['options'];
  readonly store: Store;
  readonly screen: ReturnType<typeof createScreen>;
  readonly cadence: ReturnType<typeof createCadence>;
  readonly modes: ReturnType<typeof createModes>;
}

/** What time is shown is as old as this at most, milliseconds. */
const SECOND = 1000;

/** Paints the state as it is now, and tells it how much there was to paint. Returns whether keys went beyond the end of something. */
function painting({ options, store, screen, cadence, modes }: Painting): () => boolean {
  const look = createLook(options);
  const { now } = options.ports;
  return () => {
    const isBusy = working(store.state()) > 0;
    if (isBusy && now() - store.state().now >= SECOND) store.set((state) => withNow(state, now()));
    const state = store.state();
    modes.enter(state);
    const { extents, over } = screen.paint(state, look(state.theme), cadence.spin(isBusy));
    const after = extents.reduce((next, [of, extent]) => withExtent(next, of, extent), state);
    // It is on the screen now: keys that come from here on may answer it.
    const painted = withPainted(after, now(), over);
    if (painted !== state) store.set(() => painted);
    return extents.some(([of]) => after.scroll[of].back !== state.scroll[of].back || after.scroll[of].at !== state.scroll[of].at);
  };
}
