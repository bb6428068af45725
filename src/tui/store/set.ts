import type { Pid, RunId } from '../../kernel/ids.ts';
import type { AuditView, Extent, PaneName, ShellState } from '../state.ts';
import { cleanValue } from './clean.ts';
import { derived } from './derived.ts';

/** The conversation in front: what is typed goes there. Undefined: a new one, that begins with the first word. */
export const withSession = (state: ShellState, session: RunId | undefined): ShellState =>
  derived({ ...state, session, selected: undefined, queued: [], context: undefined });

export const withKernel = (state: ShellState, kernel: ShellState['kernel']): ShellState => ({ ...state, kernel });

/** The specification of an interview as a person left it, to be looked at. */
export const withEdited = (state: ShellState, run: RunId, yaml: string): ShellState => ({
  ...state,
  edited: new Map(state.edited).set(run, cleanValue(yaml)),
});

/** Told to end its turn: said at once, before the kernel has it in its log. */
export const withStopping = (state: ShellState, pid: Pid): ShellState => ({ ...state, stopping: new Set([...state.stopping, pid]) });

/** What was typed and stands behind something else that the shell does. */
export const withStanding = (state: ShellState, texts: readonly string[]): ShellState =>
  state.standing.length === 0 && texts.length === 0 ? state : derived({ ...state, standing: texts.map((text) => cleanValue(text)) });

/** What was seen goes at the next key: news at once, what went wrong when something is sent or left. */
export function withoutNotices(state: ShellState, isSent: boolean): ShellState {
  const notices = isSent ? [] : state.notices.filter(({ tone }) => tone !== 'info');
  return notices.length === state.notices.length ? state : { ...state, notices };
}

/** What holds as long as no conversation says otherwise. */
export const withModel = (state: ShellState, model: string, sandbox: string): ShellState =>
  state.session === undefined ? { ...state, model, sandbox } : state;

export const withVerified = (state: ShellState, verified: AuditView['verified'], verifying: boolean): ShellState => ({
  ...state,
  audit: { ...state.audit, verified, verifying },
});

/** How much there was to paint: keys go no further. The same state where nothing is different. */
export function withExtent(state: ShellState, of: PaneName | 'overlay', extent: Extent): ShellState {
  const before = state.scroll[of];
  const { height, most, items } = extent;
  const isSame = before.extent?.height === height && before.extent.most === most && before.extent.items === items;
  if (isSame && before.back <= most && before.at < Math.max(1, items)) return state;
  const after = { ...before, extent, back: Math.min(before.back, most), at: Math.min(before.at, Math.max(0, items - 1)) };
  return { ...state, scroll: { ...state.scroll, [of]: after } };
}

/** Something is typed: nothing comes to the front by itself for a while. */
export const withTyped = (state: ShellState, now: number): ShellState => ({ ...state, now, typed: now });

/** The time for what has no event of its own. */
export const withNow = (state: ShellState, now: number): ShellState => ({ ...state, now });
