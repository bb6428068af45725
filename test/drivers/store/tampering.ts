import { closeSync, copyFileSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Home } from '../../../src/drivers/store/home.ts';
import { signingKey } from '../../../src/drivers/store/keys.ts';
import { signHead } from '../../../src/drivers/store/seals.ts';
import type { Verification } from '../../../src/drivers/store/verify.ts';
import type { LogHead } from '../../../src/kernel/log.ts';
import { createTree, leafHash, TILE } from '../../../src/kernel/merkle.ts';
import { blobsIn, copied, opened, runId, said } from '../../helpers/log.ts';
import { type Random, random } from '../../helpers/random.ts';
import type { Grown } from './grown.ts';

/** What somebody did to a log, and which entry has to be named for it. */
export interface Done {
  readonly what: string;
  /** The entry itself, or, where only checkpoints tell, one at or before it. */
  readonly first: number;
  readonly exact: boolean;
  /** Only somebody who kept a checkpoint elsewhere can tell: everything in the home was made anew. */
  readonly outside?: true;
}

export interface Scene {
  readonly home: Home;
  readonly db: DatabaseSync;
  readonly random: Random;
  readonly size: number;
  /** The database as it was in the middle of the log, and how many entries it had. */
  readonly older: string;
  readonly early: number;
}

type Tampering = (scene: Scene) => Done | Promise<Done>;

/** Each kind leaves the database readable: damage of the file itself is another matter. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  /** One value changed by hand. */
  editColumn(scene) {
    const { db, random, size } = scene;
    const column = random.pick(['bytes', 'hash', 'pid', 'seq', 'type', 'run'] as const);
    const leaf = random.int(size);
    const change = {
      bytes: 'replace(bytes, \'"mono":\', \'"mono":1\')',
      hash: "substr(hash, 2) || substr(hash, 1, 1) || '0'",
      pid: 'pid + 1',
      seq: 'seq + 5000',
      type: "type || 'x'",
      run: 'run % (SELECT count(*) FROM runs) + 1',
    }[column];
    db.exec('DROP INDEX entries_run');
    db.prepare(`UPDATE entries SET ${column} = ${change} WHERE leaf = ?`).run(leaf);
    return { what: `edited ${column} of ${leaf}`, first: leaf, exact: true };
  },

  /** A body changed, swapped for another, taken away without its salt, or added. */
  editBody(scene) {
    const { db, random } = scene;
    const leaf = pickLeaf(scene, 'body IS NOT NULL');
    const change = random.pick([
      "body = body || ' '",
      "body = replace(body, 'a', 'b') || ' '",
      'body = NULL',
      'salt = NULL',
      "salt = substr(salt, 2) || 'g'",
      "body = '{}'",
    ]);
    db.prepare(`UPDATE entries SET ${change} WHERE leaf = ?`).run(leaf);
    return { what: `${change} of ${leaf}`, first: leaf, exact: true };
  },

  addBody(scene) {
    const leaf = pickLeaf(scene, 'salt IS NULL');
    scene.db.prepare("UPDATE entries SET salt = '00', body = '{}' WHERE leaf = ?").run(leaf);
    return { what: `a body added to ${leaf}`, first: leaf, exact: true };
  },

  editBlob(scene) {
    const { home, db, random } = scene;
    if (blobsIn(home).length === 0) return this.editBody?.(scene) as Done;
    const name = random.pick(blobsIn(home));
    const leaf = Number(db.prepare('SELECT min(leaf) AS leaf FROM entries WHERE blob = ?').get(name)?.leaf);
    const file = join(home.blobs, name);
    if (random.int(2) === 0) rmSync(file);
    else writeFileSync(file, `${readFileSync(file, 'utf8')} `);
    return { what: `changed the file of ${leaf}`, first: leaf, exact: true };
  },

  /** A change by somebody who knows how an entry is hashed. */
  editAndHash(scene) {
    const leaf = scene.random.int(scene.size);
    rewrite(scene, leaf);
    const exact = leaf < scene.size - (scene.size % TILE);
    return { what: `rewrote ${leaf} with its hash`, first: leaf, exact };
  },

  /** A change by somebody who makes all hashes again, and has no key. */
  rewriteAll(scene) {
    const leaf = scene.random.int(scene.size - 1);
    rewrite(scene, leaf);
    retile(scene.db);
    return { what: `rewrote ${leaf} and every hash`, first: leaf, exact: false };
  },

  delete({ db, random, size }) {
    const leaf = random.int(size);
    db.prepare('DELETE FROM entries WHERE leaf = ?').run(leaf);
    return { what: `deleted ${leaf}`, first: leaf, exact: true };
  },

  deleteAndClose({ db, random, size }) {
    const leaf = random.int(size);
    db.prepare('DELETE FROM entries WHERE leaf = ?').run(leaf);
    shift(db, leaf, -1);
    return { what: `deleted ${leaf} and closed the gap`, first: leaf, exact: true };
  },

  truncate({ db, random, size }) {
    const from = size - 1 - random.int(300);
    db.prepare('DELETE FROM entries WHERE leaf >= ?').run(from);
    if (random.int(2) === 0) db.prepare('DELETE FROM tiles WHERE (n + 1) * 256 > ?').run(from);
    return { what: `cut to ${from}`, first: from, exact: false };
  },

  insert({ db, random, size }) {
    const [from, at] = [random.int(size), random.int(size)];
    const row = db.prepare('SELECT run, seq, pid, type, bytes, hash, salt, body, blob FROM entries WHERE leaf = ?').get(from);
    db.exec('DROP INDEX entries_run');
    shift(db, at, 1);
    db.prepare('INSERT INTO entries (leaf, run, seq, pid, type, bytes, hash, salt, body, blob) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      at,
      ...(Object.values(row ?? {}) as never[]),
    );
    // A copy of an entry before itself is found where the original follows.
    return { what: `inserted ${from} at ${at}`, first: from === at ? at + 1 : at, exact: true };
  },

  reorder({ db, random, size }) {
    const one = random.int(size);
    const two = (one + 1 + random.int(size - 1)) % size;
    db.exec('DROP INDEX entries_run');
    db.prepare('UPDATE entries SET leaf = -1 WHERE leaf = ?').run(one);
    db.prepare('UPDATE entries SET leaf = ? WHERE leaf = ?').run(one, two);
    db.prepare('UPDATE entries SET leaf = ? WHERE leaf = -1').run(two);
    return { what: `swapped ${one} and ${two}`, first: Math.min(one, two), exact: true };
  },

  /** Two bodies in each other's place, with their salts or without. */
  swapBodies(scene) {
    const { db, random } = scene;
    const one = pickLeaf(scene, 'body IS NOT NULL');
    const two = pickLeaf(scene, `body IS NOT NULL AND leaf <> ${one}`);
    const columns = random.pick([['body'], ['salt'], ['salt', 'body']] as const);
    const read = db.prepare('SELECT salt, body FROM entries WHERE leaf = ?');
    const [a, b] = [read.get(one), read.get(two)];
    for (const column of columns)
      for (const [leaf, row] of [
        [one, b],
        [two, a],
      ] as const)
        db.prepare(`UPDATE entries SET ${column} = ? WHERE leaf = ?`).run(String(row?.[column]), leaf);
    // The same words twice are what they were.
    if (columns.length === 1 && columns[0] === 'body' && a?.body === b?.body) return this.editBody?.(scene) as Done;
    return { what: `swapped ${columns.join(' and ')} of ${one} and ${two}`, first: Math.min(one, two), exact: true };
  },

  /** A body taken away together with its salt, as a redaction does, which nobody asked for. */
  loseBody(scene) {
    const leaf = pickLeaf(scene, 'salt IS NOT NULL');
    scene.db.prepare('UPDATE entries SET salt = NULL, body = NULL, blob = NULL WHERE leaf = ?').run(leaf);
    return { what: `body and salt of ${leaf} taken away`, first: leaf, exact: true };
  },

  /** The process table says something else than the log. */
  editView(scene) {
    const { db, random } = scene;
    const { id } = random.pick(db.prepare('SELECT id FROM runs WHERE view IS NOT NULL').all());
    const first = Number(db.prepare('SELECT min(leaf) AS leaf FROM entries WHERE run = ?').get(Number(id))?.leaf);
    const change = random.pick([
      "view = json_set(view, '$.title', 'another')",
      "view = json_set(view, '$.outcome', 'PASSED')",
      "view = json_set(view, '$.cost_usd', 17)",
      "view = json_set(view, '$.last_seq', 100000)",
      "view = json_remove(view, '$.procs[0]')",
      "view = json_set(view, '$.resumable', json('1'))",
      'view = substr(view, 2)',
      'view = NULL',
    ]);
    db.exec(`UPDATE runs SET ${change} WHERE id = ${Number(id)}`);
    return { what: `${change} of run ${Number(id)}`, first, exact: true };
  },

  editMeta({ db, random, size }) {
    const change = random.pick(["value = value / 2 WHERE key = 'folded'", "value = 0 WHERE key = 'pid'", "value = value + 5 WHERE key = 'folded'"]);
    db.exec(`UPDATE meta SET ${change}`);
    return { what: `meta: ${change}`, first: size, exact: false };
  },

  /** Bytes of the file, past SQLite. */
  async damage({ home, db, random, size }) {
    const pages = db.prepare("SELECT pageno, path FROM dbstat WHERE name = 'entries' AND pagetype = 'leaf'").all();
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const { pageno } = random.pick(pages);
    // Content stands at the end of a page.
    const at = Number(pageno) * 4096 - 40 - random.int(150);
    const fd = openSync(home.db, 'r+');
    writeSync(fd, Buffer.alloc(32, 0xa5), 0, 32, at);
    closeSync(fd);
    return { what: `bytes from ${at} of the file`, first: size, exact: false };
  },

  /** An older database in the place of this one. */
  rollBack({ home, db, older, early }) {
    db.close();
    for (const end of ['', '-wal', '-shm']) rmSync(`${home.db}${end}`, { force: true });
    for (const end of ['', '-wal']) if (existsSync(`${older}${end}`)) copyFileSync(`${older}${end}`, `${home.db}${end}`);
    // A body that was redacted since is missing in it, which may be noticed first.
    return { what: `the database of ${early} entries`, first: early, exact: false };
  },

  /** The same, with a checkpoint of that time in the place of the kept one: it was signed, and stands in the log. */
  rollBackWithCheckpoint(scene) {
    const note = JSON.parse(String(scene.db.prepare("SELECT bytes FROM entries WHERE type = 'checkpoint.signed' ORDER BY leaf LIMIT 1").get()?.bytes))
      .note as string;
    const done = this.rollBack?.(scene) as Done;
    writeFileSync(join(scene.home.checkpoints, 'latest'), note);
    return { ...done, what: `${done.what} and a checkpoint of then`, outside: true };
  },

  /** Another log grows from the middle on, by somebody who has the program and not the key. */
  async fork(scene) {
    const { home, early, size } = scene;
    const key = readFileSync(join(home.keys, 'audit.key'));
    const latest = readFileSync(join(home.checkpoints, 'latest'));
    void this.rollBack?.(scene);
    for (const part of [home.keys, home.checkpoints]) rmSync(part, { recursive: true });
    const store = opened(home);
    for (let n = early; n < size + 20; n += 10) await store.log.append(Array.from({ length: 10 }, (_, at) => said(runId(9), `another ${n} ${at}`)));
    store.close();
    signingKey(home.keys);
    writeFileSync(join(home.keys, 'audit.key'), key);
    writeFileSync(join(home.checkpoints, 'latest'), latest);
    return { what: `another log from ${early} on`, first: early, exact: false };
  },

  /** Everything is made anew with a key of one's own, the checkpoints too. */
  rewriteWithAnotherKey(scene) {
    const { home, db, random, size } = scene;
    const leaf = random.int(size - 1);
    rewrite(scene, leaf);
    rmSync(join(home.keys, 'audit.key'));
    const key = signingKey(home.keys);
    const head = resign(db, (one) => signHead(key, one));
    retile(db);
    writeFileSync(join(home.checkpoints, 'latest'), signHead(key, head));
    return { what: `rewrote ${leaf} and signed all again with another key`, first: size, exact: false, outside: true };
  },

  editTile({ db, random }) {
    const [column, n] = [random.pick(['hashes', 'root'] as const), random.int(2)];
    const bytes = Buffer.from(db.prepare(`SELECT ${column} AS bytes FROM tiles WHERE level = 0 AND n = ?`).get(n)?.bytes as Uint8Array);
    const at = random.int(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8));
    db.prepare(`UPDATE tiles SET ${column} = ? WHERE level = 0 AND n = ?`).run(bytes, n);
    return { what: `byte ${at} of ${column} of tile ${n}`, first: n * TILE + (column === 'hashes' ? Math.floor(at / 32) : 0), exact: true };
  },

  deleteTile({ db, random }) {
    const n = random.int(2);
    db.prepare('DELETE FROM tiles WHERE n = ?').run(n);
    return { what: `deleted tile ${n}`, first: n * TILE, exact: true };
  },

  renameRun({ db, random }) {
    const id = Number(random.pick(db.prepare("SELECT id FROM runs WHERE run <> 'kernel'").all()).id);
    const first = Number(db.prepare('SELECT min(leaf) AS leaf FROM entries WHERE run = ?').get(id)?.leaf);
    db.prepare("UPDATE runs SET run = run || 'x' WHERE id = ?").run(id);
    return { what: `renamed run ${id}`, first, exact: true };
  },

  addRun({ db, size }) {
    db.exec("INSERT INTO runs (run, view) VALUES ('r_never', '{}')");
    return { what: 'a run without entries', first: size, exact: true };
  },

  editCheckpoint({ home, random, size }) {
    const file = join(home.checkpoints, 'latest');
    const note = readFileSync(file, 'utf8');
    const at = random.int(note.length - 1);
    const changed = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
    writeFileSync(file, changed);
    return { what: `character ${at} of the kept checkpoint`, first: size, exact: false };
  },
};

function pickLeaf({ db, random }: Scene, where: string): number {
  const leaves = db.prepare(`SELECT leaf FROM entries WHERE ${where} ORDER BY leaf`).all();
  return Number(random.pick(leaves).leaf);
}

function rewrite({ db }: Scene, leaf: number): void {
  const bytes = String(db.prepare('SELECT bytes FROM entries WHERE leaf = ?').get(leaf)?.bytes).replace('"mono":', '"mono":1');
  db.prepare('UPDATE entries SET bytes = ?, hash = ? WHERE leaf = ?').run(bytes, leafHash(bytes), leaf);
}

function retile(db: DatabaseSync): void {
  db.exec('DELETE FROM tiles');
  const put = db.prepare('INSERT INTO tiles (level, n, hashes, root) VALUES (?, ?, ?, ?)');
  const tree = createTree({ keep: ({ level, n, hashes, root }) => void put.run(level, n, hashes, root), load: () => Buffer.alloc(0) });
  for (const row of db.prepare('SELECT hash FROM entries ORDER BY leaf').all()) tree.append(Buffer.from(String(row.hash), 'hex'));
}

/** Every checkpoint in the log again, over the entries as they are now; gives the head. */
function resign(db: DatabaseSync, sign: (head: LogHead) => string): LogHead {
  const tiles = new Map<string, Buffer>();
  const tree = createTree({
    keep: ({ level, n, hashes }) => void tiles.set(`${level}/${n}`, hashes),
    load: (level, n) => tiles.get(`${level}/${n}`) as Buffer,
  });
  const put = db.prepare('UPDATE entries SET bytes = ?, hash = ? WHERE leaf = ?');
  for (const { leaf, type, bytes } of db.prepare('SELECT leaf, type, bytes FROM entries ORDER BY leaf').all()) {
    const entry = JSON.parse(String(bytes)) as { size: number; root: string; note: string };
    if (type === 'checkpoint.signed') {
      entry.root = tree.rootAt(entry.size).toString('hex');
      entry.note = sign({ size: entry.size, root: entry.root });
      put.run(JSON.stringify(entry), leafHash(JSON.stringify(entry)), Number(leaf));
    }
    tree.append(Buffer.from(leafHash(type === 'checkpoint.signed' ? JSON.stringify(entry) : String(bytes)), 'hex'));
  }
  return { size: tree.size, root: tree.root().toString('hex') };
}

function shift(db: DatabaseSync, from: number, by: number): void {
  db.prepare('UPDATE entries SET leaf = -(leaf + ?) - 10 WHERE leaf >= ?').run(by, from);
  db.exec('UPDATE entries SET leaf = -leaf - 10 WHERE leaf < 0');
}

/** What is done to a copy of a log, with what has to be found then. */
export interface Tampered {
  readonly done: Done;
  readonly home: Home;
  remove(): void;
}

export async function tampered(log: Grown, kind: string, seed: number): Promise<Tampered> {
  const { home, remove } = copied(log.home);
  const db = new DatabaseSync(home.db);
  db.exec('PRAGMA synchronous = OFF');
  // The checkpoint itself is the last entry of then.
  const early = Number(log.middle.split('\n')[1]) + 1;
  try {
    const redactions = new Set(
      db
        .prepare("SELECT leaf FROM entries WHERE type = 'entry.redacted'")
        .all()
        .map((row) => Number(row.leaf)),
    );
    const done = await TAMPERINGS[kind]?.({ home, db, random: random(seed * 1000 + kind.length), size: log.size, older: log.older, early });
    if (!done) throw new Error(`there is no tampering ${kind}`);
    // Without the entry that lists them, the first body that was redacted is missing.
    return { done: redactions.has(done.first) ? { ...done, exact: false } : done, home, remove };
  } finally {
    if (db.isOpen) db.close();
  }
}

/** What is wrong with what verifying said of it; undefined when it was found and named. */
export function missed({ what, first, exact }: Done, { ok, first_bad }: Verification): string | undefined {
  if (ok || !first_bad) return `${what}: not found`;
  const { seq, reason } = first_bad;
  if (!/^(?:edited|deleted|inserted|reordered|rewritten|truncated|forged|damaged|deleted or inserted): \S/u.test(reason)) return `${what}: ${reason}`;
  return (exact ? seq === first : seq >= 0 && seq <= first) ? undefined : `${what}: entry ${seq} is named: ${reason}`;
}
