// Makes the pictures in docs from real runs of the built program: `npm run picture`.
import { writeFileSync } from 'node:fs';
import { demoRows } from './demo-picture.ts';
import { pictureOf } from './picture.ts';
import { SHELL_PICTURES, shellRows } from './shell-pictures.ts';

const keep = (name: string, picture: string): void => writeFileSync(new URL(`../docs/${name}.svg`, import.meta.url), picture);

keep('demo', pictureOf(await demoRows(), 'oxios demo in a terminal'));
for (const picture of SHELL_PICTURES) keep(picture.name, pictureOf(await shellRows(picture), picture.label));
