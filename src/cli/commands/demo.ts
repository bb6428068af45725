import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIo } from '../io.ts';
import { packageRoot } from '../root.ts';
import { run } from './run.ts';
import type { Command } from './shared.ts';

export const demo: Command = {
  name: 'demo',
  usage: 'demo',
  describe: 'Run a small seed with a scripted model in a scratch folder: no key, no network',
  examples: [['oxios demo', 'and look at what it leaves']],
  async run(args) {
    const io = createIo(args);
    const folder = mkdtempSync(join(tmpdir(), 'oxios-demo-'));
    cpSync(join(packageRoot(), 'examples', 'demo'), folder, { recursive: true });
    io.say(`The demo: a scripted model, without a key or a network, writes a small program test-first in\n  ${folder}\n`);
    const code = await run.run({
      ...args,
      seed: join(folder, 'seed.yaml'),
      model: `script:${join(folder, 'model.yaml')}`,
      projectDir: join(folder, 'workspace'),
    });
    for (const line of next(join(folder, 'seed.yaml'))) io.say(line);
    return code;
  },
};

/** As Oxios was called: in a checkout it is `./oxios`. */
const next = (seed: string, called = process.env.OXIOS_CALLED ?? 'oxios'): readonly string[] => [
  '',
  'What to try next:',
  `  ${called} ps --all      the processes it had`,
  `  ${called} audit verify  prove the log of it`,
  `  ${called} seed new      a seed of your own`,
  '  the same with a real model:',
  `  ${called} run ${seed} --model provider/NAME`,
];
