// A process that runs a command as Oxios does and is killed by the test: `keeper.mjs held|going ROOT SANDBOX`.
import { createHostExec } from '../../../src/drivers/exec/exec.ts';
import { findSandbox, unconfined } from '../../../src/drivers/exec/sandbox.ts';

const [mode, root, kind] = process.argv.slice(2);
const exec = createHostExec({ blobs: `${root}/blobs`, sandbox: kind === 'bubblewrap' ? findSandbox() : unconfined('a test') });
const tell = (group) => new Promise((resolve) => process.stdout.write(JSON.stringify(group), resolve));
const child = await exec.start(
  {
    argv: ['bash', '-c', 'echo > ran; setsid sleep 8888 >/dev/null 2>&1 & sleep 8888'],
    cwd: root,
    env: { PATH: process.env.PATH },
    timeout_ms: 600_000,
    cap_bytes: 1024,
    sandbox: { writable: [root], read_only: [], hidden: [], private: [], net: false },
    onSpawn: async (group) => {
      await tell(group);
      if (mode === 'held') await new Promise(() => setInterval(() => undefined, 1000));
    },
  },
  new AbortController().signal,
);
await child.done;
