import { Box, Text } from 'ink';
import { memo } from 'react';

export interface RowsProps {
  readonly width: number;
  readonly height: number;
  /** Painted rows on top of each other; they fit. */
  readonly text: string;
}

/** Painted rows as one text of a fixed size: Ink measures one thing, whatever is in it. */
export const Rows = memo(function Rows({ width, height, text }: RowsProps) {
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Text wrap="truncate-end">{text}</Text>
    </Box>
  );
});
