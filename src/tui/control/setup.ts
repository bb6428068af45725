import { faultOf } from '../../kernel/errors.ts';
import type { SetupChoice } from '../ports.ts';
import { withModel } from '../store/set.ts';
import type { Context } from './context.ts';

/** The model that is talked with is told; where none can be had it is asked for one. */
export async function askForModel(context: Context): Promise<void> {
  if ((await toldModel(context)) === undefined) context.store.apply({ ui: 'open', overlay: { is: 'setup' } });
}

async function toldModel({ ports, store }: Context): Promise<string | undefined> {
  const model = await ports.setup.model();
  store.set((state) => withModel(state, model ?? '', state.sandbox));
  return model;
}

/** Says something; where no model can be had it is asked for one, and what was typed stays typed. */
export async function orAskForModel(context: Context, text: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (faultOf(error)?.code !== 'NO_MODEL' || (await context.ports.setup.model()) !== undefined) throw error;
    if (context.store.state().prompt.text === '') context.store.apply({ ui: 'edit', action: { do: 'set', text } });
    await askForModel(context);
  }
}

/** What was entered is tried, and stored when it works. `renew`: a kernel in this process knows the key only from its beginning on. */
export async function setup(context: Context, choice: SetupChoice, renew: () => Promise<void>): Promise<void> {
  const { ports, store, info } = context;
  const wrong = await ports.setup.check(choice);
  if (wrong !== undefined) return store.apply({ ui: 'change', overlay: { is: 'setup', tried: choice, wrong } });
  await ports.setup.store(choice);
  await renew();
  await toldModel(context);
  store.apply({ ui: 'close' });
  info('a model is there', 'say what you want to have done');
}
