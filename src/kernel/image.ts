/** The largest image that providers take, bytes. */
export const MAX_IMAGE = 5 * 1024 * 1024;

const MAGIC: readonly (readonly [mime: string, magic: readonly number[], at: number])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47], 0],
  ['image/jpeg', [0xff, 0xd8, 0xff], 0],
  ['image/gif', [0x47, 0x49, 0x46, 0x38], 0],
  ['image/webp', [0x57, 0x45, 0x42, 0x50], 8],
];

/** The type of an image by its first bytes; undefined when models take none of that kind. */
export const imageType = (bytes: Uint8Array): string | undefined => MAGIC.find(([, magic, at]) => magic.every((byte, i) => bytes[at + i] === byte))?.[0];
