import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Home } from '../../../src/drivers/store/home.ts';
import { createTree, leafHash, TILE } from '../../../src/kernel/merkle.ts';
import { blobsIn } from '../../helpers/log.ts';
import type { Random } from '../../helpers/random.ts';

/** What somebody did to a log, and which entry has to be named for it. */
export interface Done {
  readonly what: string;
  /** The entry itself, or, where only checkpoints tell, one at or before it. */
  readonly first: number;
  readonly exact: boolean;
}

export interface Scene {
  readonly home: Home;
  readonly db: DatabaseSync;
  readonly random: Random;
  readonly size: number;
}

type Tampering = (scene: Scene) => Done;

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

  editBlob({ home, db, random }) {
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
    const id = 1 + random.int(4);
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

function shift(db: DatabaseSync, from: number, by: number): void {
  db.prepare('UPDATE entries SET leaf = -(leaf + ?) - 10 WHERE leaf >= ?').run(by, from);
  db.exec('UPDATE entries SET leaf = -leaf - 10 WHERE leaf < 0');
}
