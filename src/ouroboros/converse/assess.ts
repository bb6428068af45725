/** What was done for a message. */
export interface Deed {
  readonly is: 'asked' | 'worked' | 'refused';
  readonly action: string;
}

/** What came of what was said. */
export interface Assessment {
  readonly message: number;
  readonly kind: 'conversation' | 'clarification' | 'task';
  readonly why: string;
}

/** Of an action, for one line. */
const MAX_ACTION = 200;

/** By what was done and not by what was meant: it takes no model, and nobody can be wrong about it. */
export function assess(message: number, deeds: readonly Deed[], isInterrupted: boolean): Assessment {
  const of = (is: Deed['is']): readonly string[] => deeds.flatMap((deed) => (deed.is === is ? [deed.action.slice(0, MAX_ACTION)] : []));
  const [worked, refused, asked] = [of('worked'), of('refused'), of('asked')];
  const said = isInterrupted ? 'interrupted: ' : '';
  if (worked.length > 0) return { message, kind: 'task', why: `${said}worked on it${calls(worked)}` };
  if (refused.length > 0) return { message, kind: 'task', why: `${said}was refused what it takes${calls(refused)}` };
  if (asked.length > 0) return { message, kind: 'clarification', why: `${said}asked back${calls(asked)}` };
  return { message, kind: 'conversation', why: `${said}${isInterrupted ? 'nothing was done' : 'answered, and changed nothing'}` };
}

const calls = (actions: readonly string[]): string => `: ${actions[0]}${actions.length > 1 ? ` and ${actions.length - 1} more` : ''}`;
