// Answers as a kernel that dies: the event stream breaks off in the middle of a line, a wait is never answered.
import { createServer } from 'node:http';

const [path, version] = process.argv.slice(2);
createServer((request, response) => {
  if (request.url === '/v1/version') return response.end(JSON.stringify({ version }));
  if (request.url?.endsWith('/wait')) return process.send?.('waiting');
  response.write(`${JSON.stringify({ v: 1, seq: 0, leaf: 0, run: 'r', pid: 1, type: 'drift.measured' })}\n{"v":1,"se`, () => response.socket?.destroy());
}).listen(path, () => process.send?.('listening'));
