import type { Json } from '../../kernel/json.ts';

/** Changes `config.json` as a whole, atomically and for its owner only. Conf is loaded here, not where the file is read. */
export async function changeConfig(home: string, change: (before: Record<string, Json>) => Record<string, Json>): Promise<void> {
  const { default: Conf } = await import('conf');
  const store = new Conf<Record<string, Json>>({ cwd: home, configName: 'config', configFileMode: 0o600, clearInvalidConfig: false });
  store.store = change(structuredClone(store.store) as Record<string, Json>);
}
