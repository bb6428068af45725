import { inputModes, type Modes } from '../input/modes.ts';
import type { ShellState } from '../state.ts';

/** The modes of input that are on. */
export interface ModeSwitch {
  /** Those that this state needs; what is on already stays as it is. */
  enter(state: Pick<ShellState, 'layout'>): void;
  leave(): void;
}

export interface ModesAsk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mouse: boolean;
  readonly write: (text: string) => void;
}

/** Inline the wheel is the terminal's own: it scrolls what was printed. */
export function createModes({ env, mouse, write }: ModesAsk): ModeSwitch {
  let on: Modes | undefined;
  const leave = (): void => {
    if (on && on.leave !== '') write(on.leave);
    on = undefined;
  };
  return {
    leave,
    enter({ layout }) {
      const wanted = inputModes({ term: env.TERM, program: env.TERM_PROGRAM, mouse: mouse && layout === 'panes' });
      if (on?.enter === wanted.enter) return;
      leave();
      on = wanted;
      if (wanted.enter !== '') write(wanted.enter);
    },
  };
}
