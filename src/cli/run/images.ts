import { OxiosError } from '../../kernel/errors.ts';
import { imageType, MAX_IMAGE } from '../../kernel/image.ts';
import { readNamed } from '../named-file.ts';

/** Images named on the command line, as a request carries them. Throws FILE_MISSING, FILE_UNREADABLE, USAGE. */
export const readImages = (files: readonly string[]): readonly { mime: string; base64: string }[] =>
  files.map((file) => {
    const bytes = readNamed(file, { missing: 'name a file that is there: --image FILE', folder: 'name a file in it' });
    const mime = imageType(bytes);
    if (mime === undefined) throw new OxiosError('USAGE', `${file} is no image that models take`, { hint: 'give a PNG, JPEG, GIF or WebP file' });
    if (bytes.length > MAX_IMAGE)
      throw new OxiosError('USAGE', `${file} has ${bytes.length} bytes, more than the ${MAX_IMAGE} that models take`, { hint: 'make it smaller first' });
    return { mime, base64: Buffer.from(bytes).toString('base64') };
  });
