import { faultOf } from '../../kernel/errors.ts';
import type { SetupChoice } from '../ports.ts';
import type { Context } from './context.ts';

/** Opened where no model can be had. */
export async function askForModel({ ports, store }: Context): Promise<void> {
  if (!(await ports.setup.ready())) store.apply({ ui: 'open', overlay: { is: 'setup' } });
}

/** Says something; where no model can be had it is asked for one, and what was typed stays typed. */
export async function orAskForModel(context: Context, text: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (faultOf(error)?.code !== 'NO_MODEL' || (await context.ports.setup.ready())) throw error;
    if (context.store.state().prompt.text === '') context.store.apply({ ui: 'edit', action: { do: 'set', text } });
    await askForModel(context);
  }
}

/** What was entered is tried, and stored when it works. `renew`: a kernel in this process knows the key only from its beginning on. */
export async function setup({ ports, store, info }: Context, choice: SetupChoice, renew: () => Promise<void>): Promise<void> {
  const wrong = await ports.setup.check(choice);
  if (wrong !== undefined) return store.apply({ ui: 'change', overlay: { is: 'setup', tried: choice, wrong } });
  await ports.setup.store(choice);
  await renew();
  store.apply({ ui: 'close' });
  info('a model is there', 'say what you want to have done');
}
