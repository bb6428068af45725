import { describe, expect, test } from 'vitest';
import { createEdge } from '../../src/kernel/edge.ts';
import { createTree, EMPTY_ROOT, isConsistent, leafHash, rootFromInclusion, type Tree } from '../../src/kernel/merkle.ts';
import { leafOf, rootOver, verifiesConsistency, verifiesInclusion } from '../helpers/rfc6962.ts';

/** The reference tree of the Certificate Transparency project: eight entries, and the root after each. */
const REFERENCE: readonly (readonly [entry: string, root: string])[] = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
];

/** A tree whose finished tiles are kept in a map. */
function emptyTree(): Tree {
  const tiles = new Map<string, Buffer>();
  return createTree({
    keep: ({ level, n, hashes }) => void tiles.set(`${level}/${n}`, Buffer.from(hashes)),
    load: (level, n) => tiles.get(`${level}/${n}`) ?? Buffer.alloc(0),
  });
}

function grown(size: number): { tree: Tree; leaves: readonly Buffer[] } {
  const tree = emptyTree();
  const leaves = Array.from({ length: size }, (_, at) => leafOf(`entry ${at}`));
  for (const leaf of leaves) tree.append(leaf);
  return { tree, leaves };
}

const hex = (one: Buffer) => one.toString('hex');
const inclusionOf = ({ tree, leaves }: ReturnType<typeof grown>, leaf: number, size: number) => ({
  leaf,
  size,
  hash: hex(leaves[leaf] as Buffer),
  path: tree.inclusion(leaf, size).map(hex),
  root: hex(tree.rootAt(size)),
});
const consistencyOf = (tree: Tree, from: number, size: number) => ({
  from,
  size,
  old_root: hex(tree.rootAt(from)),
  root: hex(tree.rootAt(size)),
  path: tree.consistency(from, size).map(hex),
});

describe('the tree', () => {
  test('has the roots of the reference tree of RFC 6962', () => {
    const tree = emptyTree();
    const edge = createEdge(() => undefined);
    expect(hex(tree.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(edge.root().equals(EMPTY_ROOT)).toBe(true);
    for (const [entry, root] of REFERENCE) {
      const leaf = leafHash(Buffer.from(entry, 'hex').toString('latin1'));
      tree.append(Buffer.from(leaf, 'hex'));
      edge.push(leaf);
      expect([hex(tree.root()), hex(edge.root())]).toEqual([root, root]);
    }
  });

  test('hashes the UTF-8 bytes of an entry', () => {
    expect(leafHash('größer \u{1f9ed}\0')).toBe(hex(leafOf(Buffer.from('größer \u{1f9ed}\0', 'utf8'))));
  });

  test('has the root that the definition gives, at each size over two finished tiles', () => {
    const tree = emptyTree();
    const edge = createEdge(() => undefined);
    const leaves: Buffer[] = [];
    for (let at = 0; at < 530; at++) {
      const leaf = leafOf(`entry ${at}`);
      leaves.push(leaf);
      tree.append(leaf);
      edge.push(hex(leaf));
      if (at > 20 && at % 17 !== 0 && (at & 255) < 253 && (at & 255) > 2) continue;
      const root = hex(rootOver(leaves));
      expect([at, hex(tree.root()), hex(edge.root()), hex(tree.rootAt(at + 1))]).toEqual([at, root, root, root]);
    }
    for (const size of [0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 529]) expect(hex(tree.rootAt(size))).toBe(hex(rootOver(leaves.slice(0, size))));
  });
});

describe('proofs', () => {
  const small = grown(70);
  const large = grown(66_000);

  test('of every entry of every small log are accepted by an independent verifier, and by our own', () => {
    for (let size = 1; size <= 70; size++)
      for (let leaf = 0; leaf < size; leaf++) {
        const proof = inclusionOf(small, leaf, size);
        expect([leaf, size, verifiesInclusion(proof)]).toEqual([leaf, size, true]);
        expect(hex(rootFromInclusion(small.leaves[leaf] as Buffer, leaf, size, small.tree.inclusion(leaf, size)) as Buffer)).toBe(proof.root);
      }
  });

  test('that a log continues each earlier one are accepted by an independent verifier, and by our own', () => {
    for (let size = 0; size <= 70; size++)
      for (let from = 0; from <= size; from++) {
        const proof = consistencyOf(small.tree, from, size);
        expect([from, size, verifiesConsistency(proof)]).toEqual([from, size, true]);
        expect(isConsistent({ size: from, root: small.tree.rootAt(from) }, { size, root: small.tree.rootAt(size) }, small.tree.consistency(from, size))).toBe(
          true,
        );
      }
  });

  test('hold over tiles of tiles, and are as short as they can be', () => {
    const size = 66_000;
    for (const leaf of [0, 1, 255, 256, 257, 65_279, 65_535, 65_536, 65_537, 65_999]) {
      const proof = inclusionOf(large, leaf, size);
      expect([leaf, verifiesInclusion(proof), proof.path.length <= 17]).toEqual([leaf, true, true]);
    }
    for (const from of [1, 255, 256, 4096, 65_535, 65_536, 65_537, 65_999])
      expect([from, verifiesConsistency(consistencyOf(large.tree, from, size))]).toEqual([from, true]);
    expect(hex(large.tree.root())).toBe(hex(large.tree.rootAt(size)));
  });

  test('that are altered, too long, too short or of another entry are refused', () => {
    const path = small.tree.inclusion(11, 70);
    const root = hex(small.tree.rootAt(70));
    const reach = (leaf: Buffer, at: number, size: number, steps: readonly Buffer[]) => rootFromInclusion(leaf, at, size, steps)?.toString('hex');
    const leaf = small.leaves[11] as Buffer;
    expect(reach(leaf, 11, 70, path)).toBe(root);
    for (const wrong of [
      reach(small.leaves[12] as Buffer, 11, 70, path),
      reach(leaf, 12, 70, path),
      reach(leaf, 11, 69, small.tree.inclusion(11, 69)),
      reach(leaf, 11, 70, path.slice(1)),
      reach(leaf, 11, 70, [...path, leaf]),
      reach(leaf, 11, 70, path.with(2, leaf)),
    ])
      expect(wrong).not.toBe(root);

    const [old, now] = [
      { size: 20, root: small.tree.rootAt(20) },
      { size: 70, root: small.tree.rootAt(70) },
    ];
    const steps = small.tree.consistency(20, 70);
    expect(isConsistent(old, now, steps)).toBe(true);
    for (const refused of [
      isConsistent({ ...old, root: leaf }, now, steps),
      isConsistent(old, { ...now, root: leaf }, steps),
      isConsistent({ ...old, size: 21 }, now, steps),
      isConsistent(old, now, steps.slice(1)),
      isConsistent(old, now, [...steps, leaf]),
      isConsistent(old, now, steps.with(0, leaf)),
      isConsistent(old, now, []),
    ])
      expect(refused).toBe(false);
  });
});
