// Makes docs/demo.svg, the picture in the README, from a real run of the built program: `npm run picture`.
import { writeFileSync } from 'node:fs';
import { demoLines, pictureOf } from './picture.ts';

writeFileSync(new URL('../docs/demo.svg', import.meta.url), pictureOf(demoLines()));
