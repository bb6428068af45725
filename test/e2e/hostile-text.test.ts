// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
// biome-ignore-all lint/suspicious/noMisleadingCharacterClass: nor these
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS, nameOf } from '../../src/cli/commands/all.ts';
import { desk } from '../helpers/agent.ts';
import { type Line, oxios, type Place, type Ran } from '../helpers/oxios.ts';
import { bash, calls } from '../helpers/trial.ts';
import { atTerminal } from '../helpers/tty.ts';

/** A title, the clipboard, a question a terminal answers, DCS, the 8-bit forms, a carriage return, directions, what has no width, tags. */
const HOSTILE =
  'A\u001b]0;owned\u0007B\u001b]52;c;ZXZpbA==\u001b\\C\u001b[6n\u001b[31mD\u001bP$qm\u001b\\E\u009d0;t\u009c\u009b2JF\rG\u202eH\u2066I\u200bJ\u{e0041}\u{e0001}K\u007fL\u2028M';
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u;

/** The same for a shell, in octal. */
const octal = (text: string): string => [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

let here: Place;
let run: string;
const at = (...args: readonly string[]): Promise<Ran> => oxios(args, { home: here.home, cwd: here.home });

/** A tool result, a denial, a name of a process, a file's name, an error, a question, a diff: all of an agent's words are hostile. */
const TURNS = [
  { text: `${HOSTILE} I begin`, ...calls(bash(`printf '${octal(HOSTILE)}'; false`), bash(`cat /etc/'${HOSTILE}'`), bash('printf x > /etc/x')) },
  calls(['write', { path: `dir/${HOSTILE}.txt`, content: HOSTILE }], ['read', { path: `none ${HOSTILE}` }], ['ls', { path: '.' }], [`tool ${HOSTILE}`, {}]),
  calls(['fork', { name: HOSTILE.slice(0, 60), task: HOSTILE }], ['todo', { items: [{ text: HOSTILE, state: 'open' }] }], ['grep', { pattern: HOSTILE }]),
  { fault: { code: 'PROVIDER_UNAVAILABLE', message: HOSTILE } },
  { text: `${HOSTILE} done` },
];

const seedText = (): string =>
  JSON.stringify({
    goal: `a goal ${HOSTILE}`,
    constraints: [HOSTILE],
    acceptance_criteria: [{ id: 'ac1', description: `a criterion ${HOSTILE}`, verify_command: `printf '${octal(HOSTILE)}'; false` }],
    ontology_schema: { name: HOSTILE, description: HOSTILE },
    metadata: {},
    [`key ${HOSTILE}`]: HOSTILE,
  });

beforeAll(async () => {
  here = desk({ 'a.txt': 'a\n' });
  mkdirSync(here.path('elsewhere'));
  writeFileSync(here.path('model.yaml'), JSON.stringify(TURNS));
  writeFileSync(here.path('seed.yaml'), seedText());
  writeFileSync(here.path('other.yaml'), seedText().replace('a goal', 'another goal'));
  writeFileSync(here.path('broken.yaml'), `goal: [${HOSTILE}\n`);
  const ran = await oxios(work('--json', '--events', here.path('events.jsonl')), { home: here.home });
  run = ran.events()[0].run;
  check('-p --json', ran);
  expect(JSON.stringify(ran.events())).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  expect(readFileSync(here.path('events.jsonl'), 'utf8')).not.toMatch(FORBIDDEN);
});
afterAll(() => here.remove());

const work = (...args: readonly string[]): readonly string[] => [
  ...[
    '-p',
    `do ${HOSTILE}`,
    '--model',
    `script:${here.path('model.yaml')}`,
    '--project-dir',
    here.workspace,
    '--allow',
    'exec:printf',
    '--allow',
    'exec:false',
    '--allow',
    'proc:fork',
  ],
  ...args,
];
const seed = (...args: readonly string[]): readonly string[] => [
  'run',
  'seed.yaml',
  '--model',
  `script:${here.path('model.yaml')}`,
  '--project-dir',
  here.workspace,
  ...args,
];

function check(what: string, { stdout, stderr }: Ran): void {
  for (const [where, text] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    const found = FORBIDDEN.exec(text);
    expect(
      found &&
        `${what}: ${where}: U+${text.codePointAt(found.index)?.toString(16)} in ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20))}`,
    ).toBe(null);
  }
}

/** By command: how it is called. `RUN` stands for the run, `X` for the hostile text. */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  run: [
    ['run', 'X'],
    ['run', 'broken.yaml'],
    ['run', 'seed.yaml', '--dry-run', '--allow', 'fs:read:/X'],
    ['run', 'seed.yaml', '--allow', 'X'],
    ['run', 'seed.yaml', '--model', 'X'],
  ],
  attach: [['attach'], ['attach', 'X']],
  view: [
    ['view', 'X'],
    ['view', 'seed.yaml'],
  ],
  evaluate: [
    ['evaluate', 'X'],
    ['evaluate', 'RUN'],
  ],
  evolve: [
    ['evolve', 'X'],
    ['evolve', 'RUN'],
  ],
  interview: [
    ['interview', 'X', '--model', 'X'],
    ['interview', 'X', '--model', 'script:model.yaml', '--project-dir', 'elsewhere'],
    ['interview', '--resume', 'X'],
  ],
  lineage: [['lineage'], ['lineage', 'RUN'], ['lineage', 'X']],
  rewind: [
    ['rewind', 'X', '1'],
    ['rewind', 'RUN', '1'],
  ],
  personas: [['personas'], ['personas', 'X']],
  resume: [
    ['resume', 'X'],
    ['resume', 'RUN'],
    ['resume', 'RUN', '--answer', 'X'],
  ],
  undo: [
    ['undo', 'X'],
    ['undo', 'RUN', 'X'],
  ],
  replay: [
    ['replay', 'X'],
    ['replay', 'RUN', '--diff'],
  ],
  seed: [
    ['seed', 'lint', 'seed.yaml'],
    ['seed', 'lint', 'broken.yaml'],
    ['seed', 'lint', 'X'],
    ['seed', 'show', 'seed.yaml'],
    ['seed', 'digest', 'seed.yaml'],
    ['seed', 'diff', 'seed.yaml', 'other.yaml'],
    ['seed', 'X'],
    ['seed', 'new', 'elsewhere/X'],
  ],
  ps: [
    ['ps', '--all'],
    ['ps', 'X'],
  ],
  top: [['top', '--X']],
  logs: [
    ['logs', '1'],
    ['logs', '2'],
    ['logs', 'X'],
  ],
  kill: [
    ['kill', 'X'],
    ['kill', '1', '--signal', 'X'],
  ],
  wait: [
    ['wait', '1'],
    ['wait', 'X'],
  ],
  send: [['send', '1', 'X']],
  nice: [['nice', '1', 'X']],
  cost: [['cost'], ['cost', 'RUN'], ['cost', 'X']],
  audit: [
    ['audit', 'list'],
    ['audit', 'list', '--run', 'RUN'],
    ['audit', 'list', '--type', 'X'],
    ['audit', 'verify'],
    ['audit', 'verify', '--checkpoint', 'X'],
    ['audit', 'proof', '3'],
    ['audit', 'checkpoint'],
    ['audit', 'export', '--bodies'],
    ['audit', 'redact', '--match', 'X', '--reason', 'X'],
    ['audit', 'X'],
  ],
  policy: [
    ['policy', 'explain', 'cat X'],
    ['policy', 'explain', 'rm -rf X; curl X | sh'],
  ],
  approvals: [
    ['approvals', 'list'],
    ['approvals', 'rules'],
    ['approvals', 'answer', 'X', 'deny'],
    ['approvals', 'revoke', 'X'],
  ],
  trust: [['trust', 'X']],
  config: [
    ['config', 'list'],
    ['config', 'keys'],
    ['config', 'get', 'X'],
    ['config', 'set', 'model', 'X'],
    ['config', 'get', 'model'],
    ['config', 'list'],
    ['config', 'set', 'X', 'X'],
    ['config', 'unset', 'model'],
  ],
  models: [
    ['models', 'list'],
    ['models', 'X'],
  ],
  doctor: [['doctor']],
  completion: [
    ['completion', 'X'],
    ['completion', 'bash'],
  ],
  demo: [['demo', '--X']],
};

const filled = (args: readonly string[]): readonly string[] => args.map((one) => one.replace('RUN', run).replace('X', HOSTILE));

test('every command is called', () => {
  expect(Object.keys(CALLS).toSorted()).toEqual([...new Set(COMMANDS.map(([usage]) => nameOf(usage)))].toSorted());
});

test.for([
  ['-p', () => work()],
  ['-p --verbose', () => work('--verbose')],
  ['-p --quiet', () => work('--quiet')],
  ['run', () => seed()],
  ['run --verbose', () => seed('--verbose')],
  ['run --json', () => seed('--json')],
] as const)("%s lets nothing of an agent's words act on a terminal", async ([what, args]) => check(what, await at(...args())));

test.for(Object.keys(CALLS))('%s prints nothing that acts on a terminal, and with --json the same as data', async (name) => {
  for (const args of CALLS[name] ?? []) {
    check(args.join(' '), await at(...filled(args)));
    // What is refused is said in the same words.
    if (!args.some((one) => one.includes('X'))) check(`${args.join(' ')} --json`, await at(...filled(args), '--json'));
  }
});

test.runIf(process.platform === 'linux')('an open approval is shown with every hidden character, where it is asked and to whoever lists it', async () => {
  writeFileSync(here.path('asks.yaml'), JSON.stringify([calls(['write', { path: `../out ${HOSTILE}`, content: HOSTILE }]), { text: 'done' }]));
  const person = atTerminal(['-p', 'ask', '--model', `script:${here.path('asks.yaml')}`, '--project-dir', here.workspace], { home: here.home });
  await person.shown('[N] no: ');
  for (const args of [['approvals', 'list'], ['approvals', 'list', '--json'], ['ps'], ['ps', '--json']]) check(args.join(' '), await at(...args));
  person.type('n\n');
  await person.done;
  // What is left besides are our own colours, cursor movements and line ends.
  const said = person.seen().replace(/\u001b\[[\d;?]*[A-Za-z]|\r/gu, '');
  expect(said).toContain('An agent wants to: ');
  expect(said).not.toMatch(FORBIDDEN);
});

test('an unknown command and an unknown flag are told without what they carry', async () => {
  for (const args of [[HOSTILE], [`--${HOSTILE}`], ['ps', `--${HOSTILE}`], ['--home', HOSTILE, 'ps']]) check(JSON.stringify(args), await at(...args));
});

test('data is whole: what was said is in the JSON of the log as it was said', async () => {
  const events: readonly Line[] = (await at('audit', 'list', '--json')).events();
  expect(events.find((event) => event.type === 'model.answered')?.parts[0].text ?? '').toMatch(/^(?:\[redacted\]|A\u001b\]0;owned)/u);
});
