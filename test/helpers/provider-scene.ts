import { mkdirSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type Line, oxios, type Place, place, type Ran, type RunOptions } from './oxios.ts';
import { type ProviderServer, providerServer, type Script } from './provider-server.ts';
import type { Api } from './provider-wire.ts';
import { type Running, running } from './shell.ts';

/** The built program on a home of its own, and a provider that plays a script for it. */
export interface Scene {
  readonly here: Place;
  readonly server: ProviderServer;
  /** `oxios -p REQUEST --json` in the workspace. */
  prompt(args?: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  /** The same, watched while it runs. */
  watched(args?: readonly string[]): Running;
  oxios(args: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  configure(config: object): void;
}

export const MODELS: Readonly<Record<Api, string>> = { anthropic: 'anthropic/m', chat: 'openai/m', responses: 'openai/m' };

export async function scene(api: Api, script: Script, config: object = {}): Promise<Scene> {
  const here = place();
  const server = await providerServer(script);
  onTestFinished(async () => {
    await server.close();
    here.remove();
  });
  mkdirSync(here.workspace);
  mkdirSync(here.path('.oxios'), { mode: 0o700 });
  const optIn = api === 'responses' ? { providers: { openai: { api: 'responses' } } } : {};
  const configure = (all: object) => writeFileSync(here.path('.oxios/config.json'), JSON.stringify({ model: MODELS[api], ...optIn, ...all }));
  configure(config);
  const options = { home: here.home, cwd: here.workspace, env: server.env };
  const words = (args: readonly string[]) => ['-p', 'do it', '--json', ...args];
  return {
    here,
    server,
    configure,
    prompt: (args = [], more = {}) => oxios(words(args), { ...options, ...more }),
    watched: (args = []) => running(words(args), options),
    oxios: (args, more = {}) => oxios(args, { ...options, ...more }),
  };
}

export const resultOf = (ran: Ran): Line => ran.events().at(-1);
export const ofType = (ran: Ran, type: string): Line[] => ran.events().filter((event) => event.type === type);

/** The last error on stderr: its code, when it is one line and a next step without a stack. */
export function errorOf({ stderr }: Pick<Ran, 'stderr'>): string | undefined {
  const found = [...stderr.matchAll(/^([A-Z_]+): .*\n {2}hint: \S.*$/gmu)];
  return found.length === 1 && !/^\s+at .+:\d+:\d+/mu.test(stderr) ? found[0]?.[1] : undefined;
}
