import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Line, report } from './measure.ts';
import { type PacedModel, pacedModel } from './paced-model.ts';
import { openPty, type Pty } from './pty.ts';
import { OXIOS, type World, world } from './shell.ts';

/**
 * The shell at a terminal of 200x50: how soon it is there, what it costs at rest, while 5,000 tokens stream in at 200 a second,
 * while 12 agents stream at once, while a long log is scrolled, and how it grows over a session of an hour, played fast.
 */
const [TOKENS, PER_SECOND, IDLE_MS, AGENTS] = [5000, 200, 10_000, 12];
const AT_ONCE = 1e9;
const READY = 'what is to be done?';
const SIZE = { columns: 200, rows: 50 };
/** The same without anything: a program that writes a prompt and each token as it comes. */
const FLOOR = `process.stdout.write('${READY}');process.stdin.setRawMode(true);process.stdin.on('data',(d)=>process.stdout.write(d))`;

const quantile = (values: readonly number[], part: number): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
/** A figure that nothing can have less of. */
const bare = (what: string, ms: number, goal: string, most: number, unit: 'ms' | 'MB' | 'x' = 'ms'): Line => ({
  ...{ what, ms, goal, floor_ms: Number.NaN, holds: ms <= most },
  ...(unit === 'ms' ? {} : { unit }),
});

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

const optionsOf = (place: World) => ({ cwd: place.workspace, env: place.env, ...SIZE });

async function opened(place: World, ...args: readonly string[]): Promise<Pty> {
  const pty = openPty([...OXIOS, ...args], optionsOf(place));
  await pty.shows(READY);
  await pause(2000);
  return pty;
}

async function measured(layout: 'panes' | 'inline'): Promise<readonly Line[]> {
  const model = await pacedModel(TOKENS, PER_SECOND);
  const place = world(model.base);
  const options = optionsOf(place);
  const floor = openPty([process.execPath, '-e', FLOOR], options);
  const floorReady = await floor.shows(READY);
  const floorEcho = await echoes(floor, 20, 20);
  const floorMb = floor.usage().rss_mb;
  await floor.close();

  await (await opened(place, `--${layout}`)).close();
  const pty = openPty([...OXIOS, `--${layout}`], options);
  const ready = await pty.shows(READY);
  await pause(2000);
  const mb = pty.usage().rss_mb;
  const rest = { bytes: pty.bytes(), cpu: pty.usage().cpu_ms };
  await pause(IDLE_MS);
  const idle = { bytes: pty.bytes() - rest.bytes, cpu: pty.usage().cpu_ms - rest.cpu };
  const before = { bytes: pty.bytes(), cpu: pty.usage().cpu_ms };
  pty.type('go\r');
  await pause(1000);
  const echo = await echoes(pty, 45, 450);
  await until(() => model.count() === 1);
  await pause(500);
  const after = { bytes: pty.bytes() - before.bytes, cpu: pty.usage().cpu_ms - before.cpu, mb: pty.usage().rss_mb };
  const clears = pty.seen().split('\x1b[2J').length + pty.seen().split('\x1b[3J').length - 2;
  await pty.close();
  model.close();
  place.remove();
  const x = after.bytes / model.length;
  const most = layout === 'inline' ? 25 : 40;
  const p95 = quantile(echo, 0.95);
  return [
    { what: `${layout}: prompt painted`, ms: ready, floor_ms: floorReady, goal: '<= 250 ms', holds: ready <= 250 },
    { what: `${layout}: memory when ready`, ms: mb, floor_ms: floorMb, unit: 'MB', goal: '<= 120 MB', holds: mb <= 120 },
    bare(`${layout}: bytes in 10 s at rest`, idle.bytes, '0', 0, 'x'),
    bare(`${layout}: CPU in 10 s at rest`, idle.cpu, '<= 5 ms', 5),
    bare(`${layout}: CPU for 5,000 tokens at 200/s`, after.cpu, '<= 3200 ms', 3200),
    { what: `${layout}: bytes written for each of the text`, ms: x, floor_ms: 1, unit: 'x', goal: `<= ${most}x`, holds: x <= most },
    bare(`${layout}: screens cleared`, clears, '0', 0, 'x'),
    { what: `${layout}: echo p50 meanwhile`, ms: quantile(echo, 0.5), floor_ms: quantile(floorEcho, 0.5), goal: '<= 10 ms', holds: quantile(echo, 0.5) <= 10 },
    { what: `${layout}: echo p95 meanwhile`, ms: p95, floor_ms: quantile(floorEcho, 0.95), goal: '<= 10 ms', holds: p95 <= 10 },
    { what: `${layout}: memory behind it`, ms: after.mb, floor_ms: floorMb, unit: 'MB', goal: '<= 150 MB', holds: after.mb <= 150 },
  ];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20);
}

/** A shell on a model, and a piece of work in it. */
async function inShell(model: PacedModel, work: (pty: Pty, place: World) => Promise<Line>): Promise<Line> {
  const place = world(model.base, { limits: { turns: 2000, tool_calls: 5000 }, max_running: 2 * AGENTS });
  const pty = await opened(place, '--panes');
  const line = await work(pty, place);
  await pty.close();
  model.close();
  place.remove();
  return line;
}

/** An answer of 5,000 lines, gone through by the page. */
async function scrolled(): Promise<Line> {
  const model = await pacedModel(5000, AT_ONCE, 1);
  return inShell(model, async (pty) => {
    pty.type('go\r');
    await until(() => model.count() === 1);
    await pause(3000);
    const [before, frames] = [pty.usage().cpu_ms, 200];
    for (let at = 0; at < frames; at++) {
      const seen = pty.bytes();
      pty.type('\x1b[5~');
      for (let waited = 0; pty.bytes() === seen && waited < 100; waited++) await pause(2);
    }
    return bare('5,000 lines scrolled: CPU for a frame', (pty.usage().cpu_ms - before) / frames, '<= 8 ms', 8);
  });
}

/** The conversation in front and agents that other terminals began on the kernel of this shell, which shows them all. */
async function together(): Promise<Line> {
  const model = await pacedModel(4000, 40);
  return inShell(model, async (pty, place) => {
    const [program = '', ...args] = OXIOS;
    pty.type('go\r');
    const agents = Array.from({ length: AGENTS - 1 }, () => spawn(program, [...args, '-p', 'go'], { cwd: place.workspace, env: place.env, stdio: 'ignore' }));
    const ended = agents.map((one) => new Promise((resolve) => one.once('close', resolve)));
    // Of a provider so many calls go on at once as its limit allows; the others wait.
    for (let waited = 0; model.begun() < AGENTS && waited < 20_000; waited += 20) await pause(20);
    const [before, began] = [pty.usage().cpu_ms, performance.now()];
    await pause(8000);
    const share = (pty.usage().cpu_ms - before) / (performance.now() - began);
    for (const one of agents) one.kill('SIGKILL');
    await Promise.all(ended);
    const line = bare(`${model.begun()} agents stream at once: share of a core`, share, `< 0.5 with ${AGENTS}`, 0.5, 'x');
    return { ...line, holds: line.holds && model.begun() === AGENTS };
  });
}

/** Sixty answers, one after the other: as many as an hour of work has. */
async function grown(): Promise<Line> {
  const model = await pacedModel(400, 4000);
  return inShell(model, async (pty) => {
    const say = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++) {
        const before = model.count();
        pty.type('go\r');
        await until(() => model.count() > before);
        await pause(150);
      }
      await pause(1000);
    };
    await say(10);
    const before = pty.usage().rss_mb;
    await say(60);
    return bare('a session of 60 answers: growth', pty.usage().rss_mb - before, '<= 20 MB', 20, 'MB');
  });
}

const lines = [await scrolled(), await together(), await grown(), ...(await measured('panes')), ...(await measured('inline'))];
report('the shell at a terminal of 200x50', lines);
