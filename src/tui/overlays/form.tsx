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
  const change = (to: string): void => {
    typed.current = to.replace(CONTROLS, ' ');
    setValue(typed.current);
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
          <TextInput value={value} onChange={change} onSubmit={() => onSubmit(typed.current)} {...(overlay.secret ? { mask: '*' } : {})} />
        </Box>
      </Box>
      <Text>{paint(fitLine(line(span('Enter', 'accent'), span(' take it  ', 'dim'), span('Esc', 'accent'), span(' leave it', 'dim')), columns))}</Text>
    </Box>
  );
}

const MOST_ROWS = 3;

/** A paste may hold what no single line has. */
const CONTROLS = /\p{Cc}+/gu;
