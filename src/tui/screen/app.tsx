import { Box, useCursor } from 'ink';
import type { ReactNode } from 'react';
import { Form } from '../overlays/form.tsx';
import type { Frame } from './frame.ts';
import type { Painter } from './painter.ts';
import type { Part } from './pane-parts.ts';
import { Rows } from './rows.tsx';

export interface AppProps {
  readonly frame: Frame;
  readonly painter: Painter;
  readonly onSubmit: (text: string) => void;
}

/** The whole screen in panes: exactly as high as it is. */
export function App({ frame, painter, onSubmit }: AppProps) {
  useCursorAt(frame.cursor);
  const { form } = frame;
  const height = frame.rows - frame.foot.height - frame.status.height;
  const over = form && frame.body.find(({ key }) => key === 'overlay');
  const body = over ? frame.body.filter((one) => one !== over) : frame.body;
  return (
    <Box width={frame.columns} height={frame.rows} flexDirection="column">
      <Box width={frame.columns} height={height} flexShrink={0}>
        {besideEachOther(body, painter)}
        {form && over ? <Form overlay={form} columns={over.width} paint={painter.row} onSubmit={onSubmit} key={form.title} /> : null}
      </Box>
      <PartRows part={frame.foot} painter={painter} />
      <PartRows part={frame.status} painter={painter} />
    </Box>
  );
}

/** A cursor that Ink puts where the next character appears. */
export function useCursorAt(cursor: Frame['cursor']): void {
  const { setCursorPosition } = useCursor();
  setCursorPosition(cursor);
}

function besideEachOther(parts: readonly Part[], painter: Painter): ReactNode {
  return parts.flatMap((part, at) => {
    const rule = at === 0 ? [] : [<Rows key={`rule-${part.key}`} width={1} height={part.height} text={ruleText(part.height, painter)} />];
    return [...rule, <PartRows key={part.key} part={part} painter={painter} />];
  });
}

const PartRows = ({ part, painter }: { readonly part: Part; readonly painter: Painter }): ReactNode =>
  part.height === 0 ? null : <Rows width={part.width} height={part.height} text={painter.rows(part.rows)} />;

const ruleText = (height: number, painter: Painter): string =>
  painter.rows(Array.from({ length: height }, (_, at) => [{ text: at === 0 ? '┬' : '│', tone: 'border' as const }]));
