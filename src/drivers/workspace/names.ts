import { isUtf8 } from 'node:buffer';

/** A name that is no UTF-8 as text, a lone surrogate for each byte above 127, so that it stays apart from every other name. */
export const textOf = (name: Buffer): string =>
  isUtf8(name) ? name.toString() : Array.from(name, (byte) => String.fromCharCode(byte < ASCII ? byte : SURROGATE + byte)).join('');

/** As the system takes a path. */
export const native = (path: string): string | Buffer => (path.isWellFormed() ? path : Buffer.concat(path.split('/').flatMap(partOf)));

const ASCII = 0x80;
const SURROGATE = 0xdc00;

const partOf = (name: string, at: number): readonly Buffer[] => [
  ...(at > 0 ? [Buffer.from('/')] : []),
  name.isWellFormed() ? Buffer.from(name) : Buffer.from(Array.from(name, (char) => char.charCodeAt(0) & 0xff)),
];
