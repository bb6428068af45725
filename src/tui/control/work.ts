import type { RunId } from '../../kernel/ids.ts';
import type { Context } from './context.ts';

/** Questions until an idea is clear, in a run of its own; the conversation stays where it is. */
export async function interview(context: Context, idea: string): Promise<void> {
  if (idea.trim() === '') return context.warn('an interview begins with an idea', 'say it behind the command: /interview a tally counter');
  const kernel = await context.kernel();
  await kernel.start(await context.ports.requests.interview(idea));
  context.store.apply({ ui: 'focus', pane: 'interview' });
}

/** Work on a specification: what an interview ended with, as a person may have changed it, or a file. */
export async function run(context: Context, from: { readonly interview: RunId } | { readonly file: string }): Promise<void> {
  const { ports, store, saved } = context;
  const kernel = await context.kernel();
  const request =
    'file' in from
      ? await ports.requests.run(await ports.files.read(from.file), from.file)
      : await ports.requests.run(await specification(context, from.interview), saved.get(from.interview));
  await kernel.start(request);
  store.apply({ ui: 'focus', pane: 'seed' });
}

/** Another generation of what a run worked on. */
export async function evolve(context: Context, of: RunId): Promise<void> {
  const kernel = await context.kernel();
  await kernel.start(await context.ports.requests.evolve(of));
  context.store.apply({ ui: 'focus', pane: 'seed' });
}

/** The specification of an interview or a run as it stands: as a person left it, else as the log has it. */
export const specification = async ({ edited, ports }: Context, run: RunId): Promise<string> =>
  edited.get(run) ?? (await ports.memory.seed(run)) ?? ports.requests.seed(run);
