import { StringDecoder } from 'node:string_decoder';
import { createClip, withCommas } from './clip.ts';
import { createSpill, MAX_SPILL, type Spill, type Spilled } from './spill.ts';

/** What a command printed: bounded in memory, whole in a file up to a limit. */
export interface Output {
  /** Returns the text that is complete now: a character may be split over chunks. */
  add(chunk: Buffer): string;
  /** Text since the last drain. */
  drain(): string;
  end(): { readonly output: string; readonly total_bytes: number; readonly spill?: string };
}

/** Keeps the first and the last half of `cap` bytes; what is longer goes to `folder` as a whole. */
export function createOutput(cap: number, folder: string): Output {
  const decoder = new StringDecoder('utf8');
  const kept = createClip(cap);
  let fresh = createClip(cap);
  let early: Buffer[] = [];
  let spill: Spill | undefined;
  let total = 0;

  const keep = (text: string): void => {
    kept.add(text);
    fresh.add(text);
    if (!kept.isCut() || spill) return;
    spill = createSpill(folder);
    for (const chunk of early) spill.write(chunk);
    early = [];
  };

  return {
    add(chunk) {
      total += chunk.length;
      if (spill) spill.write(chunk);
      else early.push(chunk);
      const text = decoder.write(chunk);
      keep(text);
      return text;
    },
    drain() {
      const text = fresh.text((cut) => `\n[... ${withCommas(cut)} bytes cut ...]\n`);
      fresh = createClip(cap);
      return text;
    },
    end() {
      keep(decoder.end());
      const spilled = spill?.close();
      const output = kept.text((cut) => `\n[... ${withCommas(cut)} bytes cut; ${whereabouts(spilled)} ...]\n`);
      return { output, total_bytes: total, ...(spilled?.ok ? { spill: spilled.id } : {}) };
    },
  };
}

function whereabouts(spilled: Spilled | undefined): string {
  if (!spilled?.ok) return `the whole output could not be kept: ${spilled?.reason ?? 'no file'}`;
  return `${spilled.whole ? 'whole output' : `first ${MAX_SPILL / 1024 / 1024} MB of the output`}: blob ${spilled.id}`;
}
