import { Box, Static, Text } from 'ink';
import { Form } from '../overlays/form.tsx';
import { useCursorAt } from './app.tsx';
import type { InlineFrame } from './inline-frame.ts';
import type { Painter } from './painter.ts';

export interface InlineProps {
  readonly frame: InlineFrame;
  /** Everything that was printed; what is on the screen already is forgotten. */
  readonly printed: readonly (string | undefined)[];
  readonly columns: number;
  readonly painter: Painter;
  readonly onSubmit: (text: string) => void;
}

/** Finished rows go into the terminal's own scrollback; below them stands what may change. */
export function Inline({ frame, printed, columns, painter, onSubmit }: InlineProps) {
  useCursorAt(frame.cursor);
  const { form } = frame;
  return (
    <>
      <Static items={printed as (string | undefined)[]}>{(text, at) => <Text key={at}>{text ?? ''}</Text>}</Static>
      <Box flexDirection="column" width={columns}>
        {form ? <Form overlay={form} columns={columns} paint={painter.row} onSubmit={onSubmit} key={form.title} /> : null}
        <Text wrap="truncate-end">{painter.rows(frame.rows)}</Text>
      </Box>
    </>
  );
}
