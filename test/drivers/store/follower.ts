// Follows the log of a home and says each text it reads, one line each: `node follower.ts HOME LAST`. Ends after the text LAST.
import { homeAt } from '../../../src/drivers/store/home.ts';
import { openForReading } from '../../../src/drivers/store/reading.ts';
import { KERNEL_BODIES } from '../../../src/kernel/events.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

const [path = '', last = ''] = process.argv.slice(2);
const store = openForReading(homeAt(path as AbsPath), KERNEL_BODIES);
if (!store) throw new Error('nothing is logged');
for await (const event of store.read({ follow: true })) {
  if (event.type !== 'message.sent') continue;
  process.stdout.write(`${event.text}\n`);
  if (event.text === last) break;
}
store.close();
