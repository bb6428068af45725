import { parentPort, workerData } from 'node:worker_threads';
import type { AbsPath } from '../../kernel/ids.ts';
import { checkChunks, type Job } from './chunks.ts';
import { homeAt } from './home.ts';
import { openDatabase } from './schema.ts';

/** A thread that helps to prove a log: `quick.ts` starts it. */
const { path, job } = workerData as { readonly path: AbsPath; readonly job: Job };
const home = homeAt(path);
const db = openDatabase(home.db, true);
parentPort?.postMessage(checkChunks(db, home, job));
db.close();
