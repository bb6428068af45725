import type { Overlay } from '../state.ts';
import type { Line } from '../text/line.ts';
import { approvalRows } from './approval.ts';
import { exitRows } from './exit.ts';
import { helpRows } from './help.ts';
import { paletteRows } from './palette.ts';
import type { Size, View } from './sheet.ts';

/** What lies over the panes, as rows; a form is no rows: it is a component of its own. */
export function overlayRows(overlay: Overlay, view: View, size: Size): readonly Line[] {
  switch (overlay.is) {
    case 'help':
      return helpRows(view, size);
    case 'palette':
      return paletteRows({ ...view, models: overlay.models }, [], size);
    case 'approval':
      return approvalRows({ ...view, ask: overlay.ask }, size);
    case 'exit':
      return exitRows(view, size);
    default:
      return [];
  }
}
