/** What is known of the terminal from the environment, and whether the mouse is wanted. */
export interface Terminal {
  readonly term: string | undefined;
  readonly program: string | undefined;
  /** Wheel and clicks come to the shell; the terminal's own selection then needs shift. */
  readonly mouse: boolean;
}

/** What is written so that the terminal sends what the decoder takes apart and keeps rows where they are, and so that it no longer does. */
export interface Modes {
  readonly enter: string;
  readonly leave: string;
}

/** The one place that says which modes are on while the shell has the terminal. */
export function inputModes(terminal: Terminal): Modes {
  if (terminal.term === 'dumb') return { enter: '', leave: '' };
  const kitty = knowsKitty(terminal);
  return {
    enter: `${EDGE.on}${PASTE.on}${terminal.mouse ? MOUSE.on : ''}${kitty ? KITTY.on : ''}`,
    leave: `${kitty ? KITTY.off : ''}${terminal.mouse ? MOUSE.off : ''}${PASTE.off}${EDGE.off}`,
  };
}

/** What a terminal takes for wider than it was counted (an emoji of several parts) ends at the edge, and moves no row down (DECAWM off). */
const EDGE: Switch = { on: '\x1b[?7l', off: '\x1b[?7h' };
/** Bracketed paste: what is pasted is told from what is typed. */
const PASTE: Switch = { on: '\x1b[?2004h', off: '\x1b[?2004l' };
/** Buttons and wheel (1000) with places as numbers (1006). */
const MOUSE: Switch = { on: '\x1b[?1000h\x1b[?1006h', off: '\x1b[?1006l\x1b[?1000l' };
/** Keys that look alike otherwise, such as enter and shift-enter, are told apart. A stack: what was before comes back. */
const KITTY: Switch = { on: '\x1b[>1u', off: '\x1b[<u' };

interface Switch {
  readonly on: string;
  readonly off: string;
}

/** By name, not by a question: an answer that comes late would be read by the next program. Inside a multiplexer it is not known. */
function knowsKitty({ term = '', program = '' }: Terminal): boolean {
  if (/^(?:screen|tmux)/u.test(term) || program === 'tmux') return false;
  return /^(?:xterm-kitty|xterm-ghostty|foot|alacritty|rio|xterm-rio)/u.test(term) || /^(?:ghostty|WezTerm|iTerm\.app|rio)$/u.test(program);
}
