// Appends to the log of a home and says what was acknowledged, one line each: `node appender.ts HOME FIRST COUNT`.
// An append that fails is said with its code and tried again.
import { openHome } from '../../../src/drivers/store/home.ts';
import { openStore } from '../../../src/drivers/store/store.ts';
import { faultOf } from '../../../src/kernel/errors.ts';
import { KERNEL_BODIES } from '../../../src/kernel/events.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { runId, said } from '../../helpers/log.ts';

const [path = '', first = '0', count = '0'] = process.argv.slice(2);
const store = openStore({ home: openHome(path as AbsPath), bodies: KERNEL_BODIES });
/** Of the bodies: some are files. */
const LARGE = 'x'.repeat(70_000);

/** One of two that work side by side on runs of their own. */
async function work(worker: number): Promise<void> {
  for (let n = Number(first); n < Number(first) + Number(count); n++) {
    const text = `${worker}:${n}`;
    for (;;) {
      try {
        const [event] = await store.log.append([said(runId(worker), n % 10 === 3 ? `${text} ${LARGE}` : text)]);
        process.stdout.write(`${text} ${event?.leaf}\n`);
        break;
      } catch (error) {
        process.stdout.write(`! ${faultOf(error)?.code}\n`);
      }
    }
  }
}

await Promise.all([work(1), work(2)]);
store.close();
