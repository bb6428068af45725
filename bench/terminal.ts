import { setTimeout as pause } from 'node:timers/promises';
import { type Line, report } from './measure.ts';
import { pacedModel } from './paced-model.ts';
import { openPty, type Pty } from './pty.ts';
import { OXIOS, world } from './shell.ts';

/** The shell at a terminal of 200x50: how soon it is there, what it costs at rest, and while 5,000 tokens stream in at 200 a second. */
const [TOKENS, PER_SECOND, IDLE_MS] = [5000, 200, 10_000];
const READY = 'what is to be done?';
const SIZE = { columns: 200, rows: 50 };
/** The same without anything: a program that writes a prompt and each token as it comes. */
const FLOOR = `process.stdout.write('${READY}');process.stdin.setRawMode(true);process.stdin.on('data',(d)=>process.stdout.write(d))`;

const quantile = (values: readonly number[], part: number): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;

async function echoes(pty: Pty, count: number, everyMs: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let at = 0; at < count; at++) {
    const letter = String.fromCharCode(0x4e00 + at);
    const from = pty.seen().length;
    const began = performance.now();
    pty.type(letter);
    await pty.shows(letter, from);
    taken.push(performance.now() - began);
    await pause(everyMs);
  }
  return taken;
}

async function measured(layout: 'panes' | 'inline'): Promise<readonly Line[]> {
  const model = await pacedModel(TOKENS, PER_SECOND);
  const place = world(model.base);
  const options = { cwd: place.workspace, env: place.env, ...SIZE };
  const floor = openPty([process.execPath, '-e', FLOOR], options);
  const floorReady = await floor.shows(READY);
  const floorEcho = await echoes(floor, 20, 20);
  const floorMb = floor.usage().rss_mb;
  await floor.close();

  const warm = openPty([...OXIOS, `--${layout}`], options);
  await warm.shows(READY);
  await pause(1500);
  await warm.close();
  const pty = openPty([...OXIOS, `--${layout}`], options);
  const ready = await pty.shows(READY);
  await pause(2000);
  const mb = pty.usage().rss_mb;
  const rest = { bytes: pty.bytes(), cpu: pty.usage().cpu_ms };
  await pause(IDLE_MS);
  const idle = { bytes: pty.bytes() - rest.bytes, cpu: pty.usage().cpu_ms - rest.cpu };
  pty.type('go\r');
  const before = { bytes: pty.bytes(), cpu: pty.usage().cpu_ms };
  await pause(1000);
  const echo = await echoes(pty, 45, 450);
  await model.answered;
  await pause(500);
  const after = { bytes: pty.bytes() - before.bytes, cpu: pty.usage().cpu_ms - before.cpu, mb: pty.usage().rss_mb };
  await pty.close();
  model.close();
  place.remove();
  const x = after.bytes / model.length;
  const most = layout === 'inline' ? 25 : 40;
  const p95 = quantile(echo, 0.95);
  return [
    { what: `${layout}: prompt painted`, ms: ready, floor_ms: floorReady, goal: '<= 250 ms', holds: ready <= 250 },
    { what: `${layout}: memory when ready`, ms: mb, floor_ms: floorMb, unit: 'MB', goal: '<= 120 MB', holds: mb <= 120 },
    { what: `${layout}: bytes in 10 s at rest`, ms: idle.bytes, floor_ms: Number.NaN, unit: 'x', goal: '0', holds: idle.bytes === 0 },
    { what: `${layout}: CPU in 10 s at rest`, ms: idle.cpu, floor_ms: Number.NaN, goal: '<= 10 ms (one tick)', holds: idle.cpu <= 10 },
    { what: `${layout}: CPU for 5,000 tokens at 200/s`, ms: after.cpu, floor_ms: Number.NaN, goal: '<= 3200 ms', holds: after.cpu <= 3200 },
    { what: `${layout}: bytes written for each of the text`, ms: x, floor_ms: 1, unit: 'x', goal: `<= ${most}x`, holds: x <= most },
    { what: `${layout}: echo p50 meanwhile`, ms: quantile(echo, 0.5), floor_ms: quantile(floorEcho, 0.5), goal: '<= 10 ms', holds: quantile(echo, 0.5) <= 10 },
    { what: `${layout}: echo p95 meanwhile`, ms: p95, floor_ms: quantile(floorEcho, 0.95), goal: '<= 10 ms', holds: p95 <= 10 },
    { what: `${layout}: memory behind it`, ms: after.mb, floor_ms: floorMb, unit: 'MB', goal: '<= 150 MB', holds: after.mb <= 150 },
  ];
}

report('the shell at a terminal of 200x50', [...(await measured('panes')), ...(await measured('inline'))]);
