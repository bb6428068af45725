import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import { useRef, useState } from 'react';
import type { Overlay } from '../state.ts';
import { columnsOf, fitLine, type Line, line, span } from '../text/line.ts';

export interface FormProps {
  readonly overlay: Extract<Overlay, { readonly is: 'form' }>;
  readonly columns: number;
  /** A row as the theme has it. */
  readonly paint: (row: Line) => string;
  readonly onSubmit: (text: string) => void;
}

/** One line to be typed, in at most so many rows; what is secret is shown as stars. It takes at most `MOST_ROWS` rows and two around them. */
export function Form({ overlay, columns, paint, onSubmit }: FormProps) {
  // A key that was typed before is not shown, not even how long it is.
  const [value, setValue] = useState(overlay.secret ? '' : overlay.value);
  const typed = useRef(value);
  // Keys that came between two frames: the input begins anew behind all of them.
  const [epoch, setEpoch] = useState(0);
  const change = (to: string): void => {
    const isBehind = typed.current !== value;
    const said = isBehind ? merged(typed.current, value, to) : to;
    const isSent = ENTER.test(said);
    typed.current = said.replace(ENTER, '').replace(CONTROLS, ' ');
    setValue(typed.current);
    if (isBehind) setEpoch((before) => before + 1);
    if (isSent) onSubmit(typed.current);
  };
  const rows = Math.min(MOST_ROWS, 1 + Math.floor((columnsOf(value) + 1) / Math.max(1, columns - 2)));
  return (
    <Box flexDirection="column" width={columns}>
      <Text>{paint(fitLine(line(span(overlay.title, 'title')), columns))}</Text>
      <Box height={rows} overflow="hidden" alignItems="flex-end">
        <Box flexShrink={0} alignSelf="flex-end">
          <Text>{paint(line(span('> ', 'accent')))}</Text>
        </Box>
        <Box width={Math.max(1, columns - 2)}>
          <TextInput key={epoch} value={value} onChange={change} onSubmit={() => onSubmit(typed.current)} {...(overlay.secret ? { mask: '*' } : {})} />
        </Box>
      </Box>
      <Text>{paint(fitLine(line(span('Enter', 'accent'), span(' take it  ', 'dim'), span('Esc', 'accent'), span(' leave it', 'dim')), columns))}</Text>
    </Box>
  );
}

const MOST_ROWS = 3;

/** Keys that came in one piece end with it. */
const ENTER = /[\r\n]+$/u;

/** The input knows only what was there in the last frame: what it did to that is done to what is there now. */
function merged(now: string, before: string, to: string): string {
  if (to.length < before.length) return now.slice(0, to.length - before.length);
  const at = [...before].findIndex((char, place) => to[place] !== char);
  const from = at < 0 ? before.length : at;
  return now + to.slice(from, to.length - (before.length - from));
}

/** A paste may hold what no single line has. */
const CONTROLS = /\p{Cc}+/gu;
