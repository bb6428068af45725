import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Home } from '../../../src/drivers/store/home.ts';
import { publicKey } from '../../../src/drivers/store/keys.ts';
import { verifyLog } from '../../../src/drivers/store/verify.ts';
import { parseCheckpoint, verifierKey } from '../../../src/kernel/checkpoint.ts';
import { all, ended, given, newHome, opened, reader, runId, said, spent, sql } from '../../helpers/log.ts';
import { leafOf, openNote, rootOver } from '../../helpers/rfc6962.ts';

let here: ReturnType<typeof newHome>;
let home: Home;
beforeEach(() => {
  here = newHome();
  home = here.home;
});
afterEach(() => here.remove());

const latest = () => join(home.checkpoints, 'latest');
const kept = () => parseCheckpoint(readFileSync(latest(), 'utf8'));
const verified = async (note?: string) => (await verifyLog(home, given(note))).verification;

describe('a checkpoint', () => {
  test('is signed with a key of its owner alone, over the root that the entries give by definition', async () => {
    const store = opened(home);
    await store.log.append(Array.from({ length: 20 }, (_, n) => said(runId(1), `${n}`)));
    const note = await store.log.checkpoint();
    const logged = (await all(store.log, { types: ['checkpoint.signed'] }))[0];
    store.close();
    const rows = sql(home, (db) => db.prepare('SELECT bytes FROM entries ORDER BY leaf LIMIT 20').all());
    const root = rootOver(rows.map((row) => leafOf(String(row.bytes))));
    const key = publicKey(home.keys);
    expect(openNote(note, key ? verifierKey(key) : '')).toBe(`${parseCheckpoint(note)?.origin}\n20\n${root.toString('base64')}\n`);
    expect(logged).toMatchObject({ leaf: 20, pid: 0, actor: 'kernel', size: 20, root: root.toString('hex'), note });
    expect([statSync(join(home.keys, 'audit.key')).mode & 0o777, statSync(home.keys).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(statSync(home.db).mode & 0o777).toBe(0o600);
  });

  test('is signed by itself once a log was written to for a while, and kept outside of it', async () => {
    const store = opened(home, { checkpoint_ms: 5 });
    await store.log.append([spent(runId(1), 'a')]);
    const signed: number[] = [];
    for await (const event of store.log.read({ follow: true, types: ['checkpoint.signed'] })) {
      signed.push(event.leaf);
      if (signed.length === 3) break;
      await store.log.append([spent(runId(1), 'b'), spent(runId(1), 'c')]);
    }
    // One for each time something was written, none for the checkpoints themselves.
    expect(signed).toEqual([1, 4, 7]);
    expect(kept()?.size).toBe(8);
    store.close();
    expect(await verified()).toMatchObject({ ok: true, entries: 8 });
  });

  test('covers the last word of a run, and all there is when the log is closed', async () => {
    const store = opened(home);
    await store.log.append([said(runId(1), 'a')]);
    expect(existsSync(latest())).toBe(false);
    await store.log.append(ended(runId(1), 1, 'done'));
    expect(kept()?.size).toBe(3);
    await store.log.append([said(runId(2), 'b')]);
    expect(kept()?.size).toBe(3);
    store.close();
    expect(kept()?.size).toBe(4);
    const before = readFileSync(latest(), 'utf8');
    opened(home).close();
    expect(readFileSync(latest(), 'utf8')).toBe(before);
  });
});

describe('a log that is not the one that was signed', () => {
  beforeEach(async () => {
    const store = opened(home);
    await store.log.append(Array.from({ length: 10 }, (_, n) => said(runId(1), `${n}`)));
    await store.log.checkpoint();
    store.close();
  });

  const refused = () => expect(() => opened(home)).toThrow(/^AUDIT_TAMPERED: the log .* is not the one that was signed: /u);

  test('is not written to when it was cut, and the checkpoint stays', async () => {
    const before = readFileSync(latest(), 'utf8');
    sql(home, (db) => db.exec('DELETE FROM entries WHERE leaf > 7'));
    refused();
    expect(await verified()).toMatchObject({ ok: false, entries: 8, first_bad: { seq: 8, reason: expect.stringContaining('truncated') } });
    expect(readFileSync(latest(), 'utf8')).toBe(before);
  });

  test('is not written to when it was taken away or emptied', async () => {
    for (const take of [() => rmSync(home.db), () => truncateSync(home.db)]) {
      take();
      expect(await verified()).toMatchObject({ ok: false, entries: 0, first_bad: { seq: 0, reason: expect.stringContaining('truncated') } });
      refused();
    }
  });

  test('is not written to when it is another log, or the checkpoint is none any more', async () => {
    const other = newHome();
    const store = opened(other.home);
    await store.log.append(Array.from({ length: 30 }, (_, n) => said(runId(1), `${n}`)));
    store.close();
    const { db } = other.home;
    writeFileSync(home.db, readFileSync(db));
    other.remove();
    refused();
    expect(await verified()).toMatchObject({ ok: false, first_bad: { seq: 0, reason: expect.stringContaining('rewritten') } });
    writeFileSync(latest(), 'hello\n');
    refused();
  });

  test('that was copied and went on twice is a fork to whoever has a checkpoint of the other', async () => {
    const note = async (text: string) => {
      const store = opened(home);
      await store.log.append([said(runId(2), text)]);
      const signed = await store.log.checkpoint();
      store.close();
      return signed;
    };
    const [db, seal] = [readFileSync(home.db), readFileSync(latest())];
    const one = await note('one way');
    expect((await verified(one)).ok).toBe(true);
    writeFileSync(home.db, db);
    writeFileSync(latest(), seal);
    const two = await note('another way');
    expect((await verified(two)).ok).toBe(true);
    expect(await verified(one)).toMatchObject({ ok: false, first_bad: { seq: 10, reason: expect.stringContaining('the given checkpoint') } });
  });

  test('and a checkpoint of another key are told apart from the right one', async () => {
    const other = newHome();
    const store = opened(other.home);
    await store.log.append([said(runId(1), 'a')]);
    const foreign = await store.log.checkpoint();
    store.close();
    other.remove();
    expect(await verified(foreign)).toMatchObject({ ok: false, first_bad: { reason: expect.stringContaining('not signed with the key') } });
    rmSync(home.keys, { recursive: true });
    expect(await verified()).toMatchObject({ ok: false, first_bad: { reason: expect.stringContaining('not signed with the key') } });
    mkdirSync(home.keys);
    writeFileSync(join(home.keys, 'audit.key'), 'no key');
    await expect(verified()).rejects.toThrow(/^AUDIT_KEY: /u);
  });

  test('can still be read', async () => {
    sql(home, (db) => db.exec('DELETE FROM entries WHERE leaf > 7'));
    const log = reader(home);
    expect(await all(log)).toHaveLength(8);
    log.close();
  });
});
