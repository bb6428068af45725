// Correct work side by side: siblings that write into shared folders, append to one file, and leave coverage and builds behind. How
// many of the runs are APPROVED, and how much sooner than one after the other: `node bench/parallel.ts [runs]`, after `npm run build`.

import { opinion } from '../test/helpers/opinion.ts';
import { random } from '../test/helpers/random.ts';
import { type Outcome, says, type Trial, trial } from '../test/helpers/trial.ts';
import { median } from './measure.ts';

const RUNS = Number(process.argv[2] ?? 200);
const LEAST = 0.99;
/** Programs at once. */
const AT_ONCE = 2;
const ROUNDS = 5;
/** What a model takes for each answer, milliseconds. */
const MODEL_MS = 500;
/** Of the time one after the other. */
const MOST = 0.7;

const chance = random(7);
const between = (least: number, most: number): number => least + chance.int(most - least + 1);

/** A project and its siblings, a little different each time; each does what it is asked for. */
function siblings(count: number, delay_ms = 0): Trial {
  const ids = Array.from({ length: count }, (_, at) => `part${at + 1}`);
  const list = Array.from({ length: 3 * count }, (_, at) => `- line ${at + 1}`);
  const turn = (...uses: readonly (readonly [name: string, input: object])[]) => ({ calls: uses.map(([name, input]) => ({ name, input })), delay_ms });
  const worker = (id: string, at: number) => [
    turn(['read', { path: 'README.md' }], ['write', { path: `src/${id}.js`, content: `export const ${id} = ${at};\n` }]),
    turn(
      ['edit', { path: 'README.md', edits: [{ old: `- line ${3 * at + 2}\n`, new: `- line ${3 * at + 2}, ${id}\n` }] }],
      ['bash', { command: `echo "export * from './${id}.js';" >> src/index.js` }],
    ),
    turn(
      ['write', { path: `test/${id}.test.js`, content: `// ${id}\n` }],
      [
        'bash',
        { command: `mkdir -p coverage dist build/deep && echo ${id} > coverage/lcov.info && echo ${id} > dist/bundle.js && echo ${id} >> build/deep/log` },
      ],
      ...(chance.int(2) === 0 ? [['bash', { command: `rm todo/${id}` }] as const] : []),
    ),
    { ...says('It is done.'), delay_ms },
  ];
  return trial({
    criteria: ids.map((id) => ({
      id,
      description: `src/${id}.js is exported`,
      verify_command: `grep -q ${id} src/index.js && grep -q ${id} src/${id}.js && grep -q ${id} README.md`,
    })),
    files: {
      'README.md': `# Parts\n\n${list.join('\n')}\n`,
      'src/index.js': '// all parts\n',
      'dist/bundle.js': 'old\n',
      ...Object.fromEntries(ids.map((id) => [`todo/${id}`, id])),
    },
    agents: Object.fromEntries(
      ids.flatMap((id, at) => [
        [`worker ${id}`, worker(id, at)],
        [`judge ${id}`, [says(opinion(`src/${id}.js:1`))]],
      ]),
    ),
    seed: { oxios: { max_generations: 1, capabilities: ['exec:echo', 'exec:mkdir', 'exec:rm'] } },
  });
}

async function once(made: Trial, args: readonly string[]): Promise<Outcome & { readonly ms: number }> {
  const began = performance.now();
  const ran = await made.run(args);
  made.remove();
  return { ...ran, ms: performance.now() - began };
}

const failed: string[] = [];
let [approved, merges, again, left] = [0, 0, 0, RUNS];
const next = async (): Promise<void> => {
  while (left-- > 0) {
    const ran = await once(siblings(between(2, 5)), ['--workers', String(between(2, 5))]);
    const merged = ran.events().filter((one) => one.type === 'ac.merged');
    merges += merged.length;
    again += merged.filter((one) => one.again).length;
    if (ran.result?.outcome === 'APPROVED') approved += 1;
    else failed.push(`${ran.result?.outcome} ${JSON.stringify(ran.result?.criteria)} ${ran.stderr}`);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, next));

const [beside, alone]: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  beside.push((await once(siblings(3, MODEL_MS), [])).ms);
  alone.push((await once(siblings(3, MODEL_MS), ['--sequential'])).ms);
}

const share = approved / RUNS;
const ratio = median(beside) / median(alone);
for (const one of failed.slice(0, 5)) console.log(one);
console.log(`${RUNS} runs of two to five siblings, ${merges} merges, ${again} worked on again`);
console.log(`  ${share >= LEAST ? 'ok  ' : 'MISS'} APPROVED ${approved} of ${RUNS}, ${(100 * share).toFixed(1)} %   goal >= ${100 * LEAST} %`);
console.log(
  `  ${ratio <= MOST ? 'ok  ' : 'MISS'} three siblings, a model that takes ${MODEL_MS} ms: ${Math.round(median(beside))} ms side by side, ${Math.round(median(alone))} ms one after the other, ${ratio.toFixed(2)}x   goal <= ${MOST}x`,
);
if (share < LEAST || ratio > MOST) process.exitCode = 1;
