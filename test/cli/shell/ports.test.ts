import { afterEach, expect, test, vi } from 'vitest';
import { createShellPorts } from '../../../src/cli/shell/ports.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('nothing rings into the picture of an editor or a pager that has the terminal', async () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((bytes) => written.push(String(bytes)) > 0);
  vi.stubEnv('VISUAL', 'true');
  vi.stubEnv('PAGER', 'true');
  const ports = createShellPorts({ args: { _: [], $0: 'oxios' }, cwd: '/' as AbsPath, look: { notify: 'bell' } });
  ports.notify('before');
  for (const away of [ports.edit('x', '.md'), ports.page('x')]) {
    ports.notify('meanwhile');
    await away;
  }
  expect(written).toEqual(['\u0007']);
  ports.notify('after');
  expect(written).toEqual(['\u0007', '\u0007']);
});
