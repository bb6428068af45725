import type { Intent } from '../intent.ts';
import { textOf } from '../prompt/paste.ts';
import { withVerified } from '../store/set.ts';
import { pageText, wholeItem } from '../store/whole.ts';
import type { Context } from './context.ts';

/** What is typed so far, in the editor. */
export async function editPrompt({ ports, screen, store }: Context): Promise<void> {
  const text = await screen.away(() => ports.edit(textOf(store.state().prompt), '.md'));
  if (text === undefined) return;
  // Editors end a file with a line end that nobody typed.
  store.apply({ ui: 'edit', action: { do: 'set', text: text.replace(/\n$/u, '') } });
}

/** Files that a path behind `@` may become. */
export async function complete({ ports, store }: Context, query: string): Promise<void> {
  const paths = await ports.files.find(query, MOST_FOUND);
  store.apply({ ui: 'edit', action: { do: 'found', is: 'file', query, found: paths.map((text) => ({ text })) } });
}

/** More than are shown at once; whoever wants another one types on. */
const MOST_FOUND = 20;

/** A text in the pager; what is only in the log is read before the terminal is given away. */
export async function page({ kernel, ports, screen }: Context, { text, of }: Extract<Intent, { do: 'page' }>): Promise<void> {
  const whole = of ? pageText(await wholeItem(await kernel(), of.run, of.item)) : text;
  await screen.away(() => ports.page(whole));
}

/** The whole log is proved; what was found stands in the Audit pane until the next time. */
export async function verify({ ports, store }: Context): Promise<void> {
  if (store.state().audit.verifying) return;
  store.set((state) => withVerified(state, state.audit.verified, true));
  try {
    const { ok, entries, first_bad } = await ports.verify();
    const reason = first_bad === undefined ? {} : { reason: `entry ${first_bad.seq}: ${first_bad.reason}` };
    store.set((state) => withVerified(state, { ok, entries, of: entries, ...reason }, false));
  } catch (error) {
    store.set((state) => withVerified(state, state.audit.verified, false));
    throw error;
  }
}

/** The models that can be switched to, to choose one. */
export async function models({ ports, store }: Context): Promise<void> {
  store.apply({ ui: 'open', overlay: { is: 'palette', models: await ports.models() } });
}
