import { OxiosError } from '../../kernel/errors.ts';
import { createDecoder } from '../../tui/input/decoder.ts';
import type { InputEvent } from '../../tui/input/event.ts';
import { keyName } from '../../tui/input/key-name.ts';
import { createPlayback, type PlaybackSize } from '../../tui/playback/playback.ts';
import { createLook } from '../../tui/screen/look.ts';
import { plainText } from '../../tui/text/line.ts';
import type { Io } from '../io.ts';
import type { Look } from './look.ts';
import { playable } from './playable.ts';
import type { Recording } from './recording.ts';

export interface Showing {
  readonly io: Io;
  readonly recording: Recording;
  readonly size: PlaybackSize;
  readonly at: number | undefined;
  readonly theme: string;
  readonly themes: Look['themes'];
}

/** On a terminal it plays; anywhere else one screen is printed as text. */
export async function showRecording(showing: Showing): Promise<void> {
  const { recording } = showing;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (recording.is === 'frames') {
    if (!isTerminal)
      throw new OxiosError('USAGE', 'a recording of frames is played on a terminal', { hint: 'events can be shown as text: oxios view run.jsonl' });
    return playOn(framePlayer(recording));
  }
  if (isTerminal && showing.at === undefined && !showing.io.json) return playOn(eventPlayer(showing, recording.events));
  printOne(showing, recording.events);
}

type Events = Extract<Recording, { is: 'events' }>['events'];

function printOne({ io, at, size }: Showing, events: Events): void {
  const playback = createPlayback(events);
  const place = at === undefined ? playback.length - 1 : playback.placeOf(at);
  if (place < 0) throw new OxiosError('NOT_FOUND', `there is no event ${at ?? ''}`, { hint: `it has ${playback.length} durable events` });
  const rows = playback.screen(place, size).map((line) => plainText(line).trimEnd());
  io.out(io.json ? JSON.stringify({ place, rows }) : rows.join('\n'));
}

/** What is played: screens in their order, and how long each is to be seen, milliseconds. */
interface Player {
  readonly length: number;
  draw(place: number): string;
  pause(place: number): number;
}

/** Longer than this nobody waits for what happened next, milliseconds. */
const LONGEST_PAUSE = 1500;
const HOME = '\u001b[H';

function eventPlayer({ size, theme, themes }: Showing, events: Events): Player {
  const playback = createPlayback(events);
  const painter = createLook({ env: process.env, plain: process.env.NO_COLOR !== undefined, themes })(theme);
  return {
    length: playback.length,
    draw: (place) => `${HOME}${playback.screen(place, size).map(painter.row).join('\r\n')}`,
    pause: (place) => Math.min(LONGEST_PAUSE, playback.pause(place)),
  };
}

/** Each frame paints on what was before it: anywhere but at the next one, all that led there is painted. One that paints nothing is no place to stop at. */
function framePlayer({ frames }: Extract<Recording, { is: 'frames' }>): Player {
  const painted = frames.map(({ at, text }) => ({ at, text: playable(text) })).filter(({ text }) => text !== '');
  let shown = -1;
  return {
    length: painted.length,
    draw(place) {
      const isNext = place === shown + 1 && place > 0;
      shown = place;
      const from = isNext ? place : 0;
      const paint = painted.slice(from, place + 1).map(({ text }) => text);
      return `${isNext ? '' : BLANK}${paint.join('')}`;
    },
    pause: (place) => Math.min(LONGEST_PAUSE, Math.max(0, ((painted[place + 1]?.at ?? 0) - (painted[place]?.at ?? 0)) * 1000)),
  };
}

const BLANK = '\u001b[0m\u001b[r\u001b[2J\u001b[H';
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
const LEAVE = '\u001b[0m\u001b[r\u001b[?25h\u001b[?1049l';

const LEAVES: ReadonlySet<string> = new Set(['q', 'ctrl-c']);

const namesOf = (event: InputEvent): readonly string[] => (event.is === 'key' ? [keyName(event.key)] : event.is === 'text' ? [...event.text] : []);

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Space plays and pauses, the arrows step, q or Ctrl-C leaves. The terminal is given back as it was, also where a signal ends it. */
function playOn(player: Player): Promise<void> {
  const { stdin, stdout } = process;
  let place = 0;
  let timer: NodeJS.Timeout | undefined;
  const show = (to: number): void => {
    place = Math.max(0, Math.min(player.length - 1, to));
    stdout.write(player.draw(place));
  };
  const play = (): void => {
    timer = setTimeout(() => {
      show(place + 1);
      timer = undefined;
      if (place < player.length - 1) play();
    }, player.pause(place));
  };
  const hold = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const stepTo = (to: number): void => {
    hold();
    show(to);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ' ': () => (timer ? hold() : play()),
    right: () => stepTo(place + 1),
    left: () => stepTo(place - 1),
    home: () => stepTo(0),
    end: () => stepTo(player.length - 1),
  };
  return new Promise((resolve) => {
    const leave = (): void => {
      hold();
      stdin.off('data', onKey).setRawMode(false).pause();
      process.off('exit', restore);
      for (const signal of SIGNALS) process.off(signal, ended);
      restore();
      resolve();
    };
    const restore = (): void => void stdout.write(LEAVE);
    // Keys held down or typed fast come together, and terminals write Home and End in several ways.
    const decoder = createDecoder();
    // With nobody to hear it any more, the signal ends the process as it always does.
    const ended = (signal: NodeJS.Signals): void => {
      leave();
      process.kill(process.pid, signal);
    };
    const onKey = (bytes: Buffer): void => {
      const pressed = decoder.push(bytes.toString()).flatMap(namesOf);
      const leavesAt = pressed.findIndex((name) => LEAVES.has(name));
      for (const name of leavesAt < 0 ? pressed : pressed.slice(0, leavesAt)) keys[name]?.();
      if (leavesAt >= 0) leave();
    };
    process.once('exit', restore);
    for (const signal of SIGNALS) process.on(signal, ended);
    stdout.write(ENTER);
    stdin.setRawMode(true).resume().on('data', onKey);
    show(0);
    play();
  });
}
