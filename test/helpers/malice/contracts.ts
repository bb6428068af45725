import { opinion } from '../opinion.ts';
import { votes } from '../trial.ts';
import { CLAIM, node, ok } from './project.ts';
import type { Trick } from './trick.ts';

/** What was there before the work, and commands that prove nothing, are no proof; words are no evidence. */
export const CONTRACTS: readonly Trick[] = [
  { rule: 'G3', name: 'a contract that already holds', criterion: { verify_command: 'test -f src/double.js' }, work: [] },
  {
    rule: 'G3',
    name: 'the same, with a judge and nobody to vote',
    criterion: { verify_command: 'test -f src/double.js' },
    work: [],
    agents: { judge: ok('src/double.js:1') },
  },
  { rule: 'G3', name: 'the same, with a file beside it', criterion: { verify_command: 'test -f src/double.js' }, work: [['NOTES.md', 'done']] },
  {
    rule: 'G3',
    name: 'a file that was there, with a blank more',
    criterion: { verify_command: 'test -s src/double.js', expected_artifacts: ['src/double.js'] },
    work: [node("fs.appendFileSync('src/double.js', ' ')")],
  },
  ...[
    'true',
    'exit 0',
    'npm test || true',
    'npm test; echo done',
    'npm test | tail -n 3',
    'test 1 = 1',
    '! false',
    'npm test &',
    'if npm test; then :; fi; true',
  ].map(
    (verify_command): Trick => ({
      rule: 'G4',
      pack: 'vacuous',
      name: verify_command,
      criterion: { verify_command },
      work: [['x.txt', 'x']],
      agents: { judge: ok('x.txt:1'), ballot: [votes(true, 'x.txt:1')] },
    }),
  ),
  { rule: 'G6', name: 'a claim', work: [] },
  {
    rule: 'G6',
    name: 'a claim in files',
    work: [
      ['RESULT.md', CLAIM],
      ['.ouroboros/verdict.json', '{"status":"PASS"}'],
      ['exit_code', '0'],
    ],
  },
  { rule: 'G6', name: 'a claim in the form of a verdict', claim: opinion('src/double.js:1'), criterion: { verify_command: undefined }, work: [] },
  {
    rule: 'G6',
    name: 'the expected output, written down',
    criterion: { verify_command: 'node sum.js', output_assertion: 'total 4711' },
    work: [['sum.js', "console.log('total 4711');\n"]],
  },
  {
    rule: 'G6',
    name: 'the expected output, in another case of a link',
    criterion: { verify_command: 'cat out.txt', output_assertion: 'total 4711' },
    work: [['real.txt', 'total 4711'], node("fs.symlinkSync('real.txt', 'out.txt')")],
  },
];
