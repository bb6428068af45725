import { createHash } from 'node:crypto';
import { closeSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClip } from '../../../src/drivers/exec/clip.ts';
import { createLive } from '../../../src/drivers/exec/live.ts';
import { createOutput } from '../../../src/drivers/exec/output.ts';
import { createPipes } from '../../../src/drivers/exec/pipes.ts';
import { MAX_SPILL } from '../../../src/drivers/exec/spill.ts';
import { bare, folder, ways, world } from './world.ts';

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** Repeats itself exactly: a linear congruential generator. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
};

describe.each(ways)('the output of a command with %s', (_, sandbox) => {
  it('over the cap keeps both ends and the whole in a file named by its hash', async () => {
    const { sh, blobs } = world(sandbox);
    const outcome = await sh('seq 1 20000', { cap_bytes: 1000 });
    const whole = Buffer.from(Array.from({ length: 20_000 }, (_one, n) => `${n + 1}\n`).join(''));
    expect(outcome.total_bytes).toBe(whole.length);
    expect(outcome.spill).toBe(sha(whole));
    expect(readFileSync(join(blobs, outcome.spill ?? ''))).toEqual(whole);
    expect(outcome.output).toBe(
      `${whole.toString('utf8', 0, 500)}\n[... 107,894 bytes cut; whole output: blob ${sha(whole)} ...]\n${whole.toString('utf8', whole.length - 500)}`,
    );
    expect(readdirSync(blobs).filter((name) => name.startsWith('.spill'))).toEqual([]);
  });

  it('of 20 MB is kept up to 10 MB with a note', async () => {
    const { sh, blobs } = world(sandbox);
    const outcome = await sh('head -c 20000000 /dev/zero | tr "\\0" x');
    expect(outcome).toMatchObject({ code: 0, total_bytes: 20_000_000 });
    expect(outcome.output).toContain('first 10 MB of the output: blob ');
    const kept = readFileSync(join(blobs, outcome.spill ?? ''));
    expect(sha(kept)).toBe(outcome.spill);
    expect(kept.toString('utf8', MAX_SPILL)).toBe('\n[... the first 10,485,760 of 20,000,000 bytes ...]\n');
    expect(Buffer.byteLength(outcome.output)).toBeLessThan(64 * 1024 + 200);
  });

  it('that never ends stays within its bounds, and the event loop stays alive', async () => {
    const { start } = world(sandbox);
    let ticks = 0;
    const beat = setInterval(() => {
      ticks++;
    }, 5);
    const before = process.memoryUsage().rss;
    let shown = 0;
    const child = await start(['yes', 'all work and no play'], {
      timeout_ms: 2000,
      onOutput: (text) => {
        shown += text.length;
      },
    });
    const outcome = await child.done;
    clearInterval(beat);
    expect(outcome).toMatchObject({ timed_out: true, signal: 'SIGTERM' });
    expect(outcome.total_bytes).toBeGreaterThan(50_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    expect(ticks).toBeGreaterThan(20);
    // Twice 64 KB in 100 ms at most.
    expect(shown).toBeLessThan(4_000_000);
  });

  it('of a pipeline that closes early is whole', async () => {
    const { sh } = world(sandbox);
    expect(await sh('yes | head -3')).toMatchObject({ code: 0, output: 'y\ny\ny\n' });
  });

  it('that is not text is shown with replacement characters and kept as it was', async () => {
    const { run, root, blobs } = world(sandbox);
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_one, n) => (n * 7) % 256));
    writeFileSync(join(root, 'bin'), bytes);
    const outcome = await run(['cat', 'bin'], { cap_bytes: 1000 });
    expect(outcome.spill).toBe(sha(bytes));
    expect(readFileSync(join(blobs, sha(bytes)))).toEqual(bytes);
    expect(outcome.output).toContain('\ufffd');
    expect(outcome.total_bytes).toBe(5000);
  });

  it('keeps its order over both streams, and both can be opened by name', async () => {
    const { sh } = world(sandbox);
    const script = 'for i in $(seq 200); do echo out $i; echo err $i >&2; done; echo a > /dev/stderr; echo b > /dev/stdout; echo c > /dev/stderr';
    const lines = Array.from({ length: 200 }, (_one, n) => `out ${n + 1}\nerr ${n + 1}\n`).join('');
    expect((await sh(script)).output).toBe(`${lines}a\nb\nc\n`);
  });

  it('holds no startup noise: bash is not told that it is a remote login', async () => {
    const { sh, root } = world(sandbox);
    writeFileSync(join(root, '.bashrc'), 'echo startup file read');
    for (const stdin of [undefined, new Uint8Array([10])]) {
      const env = { PATH: process.env.PATH ?? '', HOME: root };
      expect((await sh('echo hello', { env, ...(stdin ? { stdin } : {}) })).output).toBe('hello\n');
    }
  });
});

it('a disk that takes no output costs the file, not the command', () => {
  const root = folder();
  writeFileSync(join(root, 'taken'), '');
  const output = createOutput(10, join(root, 'taken'));
  output.add(Buffer.from('x'.repeat(50)));
  const { spill, output: text } = output.end();
  expect(spill).toBeUndefined();
  expect(text).toMatch(/^xxxxx\n\[\.\.\. 40 bytes cut; the whole output could not be kept: .*\]\nxxxxx$/su);
});

it('a character split over chunks arrives whole', () => {
  const output = createOutput(1000, '/nonexistent');
  const bytes = Buffer.from('a€😀ü');
  const parts = [...bytes].map((byte) => output.add(Buffer.from([byte])));
  expect(parts.join('')).toBe('a€😀ü');
  expect(output.end()).toEqual({ output: 'a€😀ü', total_bytes: bytes.length });
  output.drain();
});

describe('a clip', () => {
  it('of any text in any pieces keeps at most its cap, whole characters, and counts what it left out', () => {
    const next = random(7);
    const letters = ['a', 'é', '€', '😀', '\n'];
    for (let round = 0; round < 2000; round++) {
      const cap = Math.floor(next() * 60);
      const clip = createClip(cap);
      const pieces = Array.from({ length: Math.floor(next() * 12) }, () =>
        Array.from({ length: Math.floor(next() * 9) }, () => letters[Math.floor(next() * letters.length)]).join(''),
      );
      for (const piece of pieces) clip.add(piece);
      const whole = pieces.join('');
      const bytes = Buffer.byteLength(whole);
      let cut = -1;
      const text = clip.text((n) => {
        cut = n;
        return '\0';
      });
      expect(clip.bytes()).toBe(bytes);
      if (bytes <= cap) expect([text, cut]).toEqual([whole, -1]);
      else {
        const [head = '', tail = ''] = text.split('\0');
        expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
        expect(Buffer.byteLength(head) + Buffer.byteLength(tail) + cut).toBe(bytes);
        expect(Buffer.byteLength(head)).toBeLessThanOrEqual(Math.floor(cap / 2));
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(Math.ceil(cap / 2));
        // Not a character less than there is room for: the longest is four bytes.
        expect(Buffer.byteLength(head)).toBeGreaterThan(Math.floor(cap / 2) - 4);
        expect(Buffer.byteLength(tail)).toBeGreaterThan(Math.ceil(cap / 2) - 4);
        expect(text).not.toContain('\ufffd');
      }
    }
  });

  it('of a million single letters is quick', () => {
    const clip = createClip(64 * 1024);
    for (let n = 0; n < 1_000_000; n++) clip.add('x');
    expect(clip.text(() => '|')).toBe(`${'x'.repeat(32 * 1024)}|${'x'.repeat(32 * 1024)}`);
  });
});

it('what is watched comes at once, then in portions, and nothing is lost at the end', () => {
  const seen: string[] = [];
  const live = createLive((text) => seen.push(text));
  for (const text of ['a', 'b', '', 'c']) live.add(text);
  expect(seen).toEqual(['a']);
  live.end();
  expect(seen).toEqual(['a', 'bc']);
  live.end();
  expect(seen).toEqual(['a', 'bc']);
});

it('pipes left by a process that is gone are removed, others stay', async () => {
  const { run, blobs } = world(bare);
  await run(['true']);
  const pipes = join(blobs, '.pipes');
  expect(readdirSync(pipes).every((name) => name.startsWith(`${process.pid}.`))).toBe(true);
  const other = world(bare);
  const { output } = await other.run([process.execPath, '-e', 'console.log(process.pid)']);
  const gone = output.trim();
  const fresh = folder();
  writeFileSync(join(fresh, `${gone}.x.1`), '');
  writeFileSync(join(fresh, `${process.pid}.x.1`), '');
  const pipe = await createPipes(fresh).take();
  pipe.reader.destroy();
  closeSync(pipe.writer);
  expect(existsSync(join(fresh, `${gone}.x.1`))).toBe(false);
  expect(existsSync(join(fresh, `${process.pid}.x.1`))).toBe(true);
});
