import fs from 'node:fs';

const FILE = 'tally.txt';
const stored = () => fs.readFileSync(FILE, 'utf8');
const read = () => (fs.existsSync(FILE) ? +stored() : 0);
const keep = (n) => fs.writeFileSync(FILE, `${n}`);

const [what, amount] = process.argv.slice(2);

if (what === 'add') keep(read() + amount);
if (what === 'show') console.log(read());
