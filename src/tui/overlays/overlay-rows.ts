import type { Overlay } from '../state.ts';
import type { Line } from '../text/line.ts';
import { approvalRows } from './approval.ts';
import { detailRows } from './detail.ts';
import { exitRows } from './exit.ts';
import { helpRows } from './help.ts';
import { paletteRows } from './palette.ts';
import { reviewRows } from './review.ts';
import { sessionsRows } from './sessions.ts';
import { setupRows } from './setup.ts';
import type { Size, View } from './sheet.ts';
import { themeNames } from './theme-names.ts';

/** What lies over the panes, as rows; a form is no rows: it is a component of its own. */
export function overlayRows(overlay: Overlay, view: View, size: Size): readonly Line[] {
  switch (overlay.is) {
    case 'help':
      return helpRows(view, size);
    case 'palette':
      return paletteRows({ ...view, models: overlay.models }, themeNames(view.state), size);
    case 'approval':
      return approvalRows({ ...view, ask: overlay.ask }, size);
    case 'exit':
      return exitRows(view, size);
    case 'sessions':
      return sessionsRows(view, size);
    case 'setup':
      return setupRows({ ...view, overlay }, size);
    case 'review':
      return reviewRows({ ...view, overlay }, size);
    case 'detail':
      return detailRows({ ...view, of: overlay.of }, size);
    case 'form':
      return [];
  }
}
