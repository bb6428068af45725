import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedBy, originOf, parseCheckpoint, signCheckpoint, verifierKey } from '../../src/kernel/checkpoint.ts';
import { openNote } from '../helpers/rfc6962.ts';

/** The note of the documentation of golang.org/x/mod/sumdb/note: the independent reader reads what others wrote. */
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const root = Buffer.alloc(32, 7);
const { privateKey } = generateKeyPairSync('ed25519');
const key = createPublicKey(privateKey);
const note = signCheckpoint({ origin: originOf(key), size: 1234, root }, privateKey);

describe('a checkpoint', () => {
  test('is a signed note that an independent reader opens with the key we show', () => {
    expect(openNote(GO_NOTE, GO_KEY)).toBe(GO_TEXT);
    expect(openNote(note, verifierKey(key))).toBe(`${originOf(key)}\n1234\n${root.toString('base64')}\n`);
    expect(openNote(note.replace('1234', '1235'), verifierKey(key))).toBeUndefined();
  });

  test('is read back, and its signature is checked', () => {
    expect(parseCheckpoint(note)).toEqual({ origin: originOf(key), size: 1234, root });
    expect(isSignedBy(note, key)).toBe(true);
    expect(isSignedBy(note, generateKeyPairSync('ed25519').publicKey)).toBe(false);
    expect(isSignedBy(note.replace('1234', '1235'), key)).toBe(false);
    expect(isSignedBy(note.replace('\n\n', '\nmore\n\n'), key)).toBe(false);
    expect(isSignedBy(note.slice(0, note.indexOf('—')), key)).toBe(false);
  });

  test.for([
    ['empty', ''],
    ['one line', 'oxios/x'],
    ['no size', note.replace('1234', '')],
    ['a size in other digits', note.replace('1234', '0x4d2')],
    ['a size with a leading zero', note.replace('1234', '01234')],
    ['a negative size', note.replace('1234', '-1234')],
    ['a size beyond any log', note.replace('1234', '99999999999999999999')],
    ['a short root', note.replace(root.toString('base64'), Buffer.alloc(31).toString('base64'))],
    ['a root that is no base64', note.replace(root.toString('base64'), 'hello')],
    ['line ends of another system', note.replaceAll('\n', '\r\n')],
  ] as const)('is none when it has %s', ([, text]) => {
    expect(parseCheckpoint(text)).toBeUndefined();
    expect(isSignedBy(text, key)).toBe(false);
  });
});
