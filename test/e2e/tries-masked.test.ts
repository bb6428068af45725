import { afterEach, expect, test } from 'vitest';
import { listeningModel } from '../helpers/listening-model.ts';
import { type Trial, trial } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const COMMAND = 'node sum.js 4000 711 --as-answer';
const ASSERTION = 'the-answer-is-4711';

/** Work that, when it is checked, prints how it is checked, in every form a program can easily make. */
const PRINTS = `
const given = process.argv.slice(2);
const command = ['node', 'sum.js', ...given].join(' ');
const answer = 'the-answer-is-' + (Number(given[0]) + Number(given[1]));
const wrapped = (text) => text.match(/.{1,9}/gu).join('\\n');
for (const text of [command, answer]) {
  const json = JSON.stringify(text);
  console.log(text, json, JSON.stringify(json), encodeURIComponent(text), [...text].reverse().join(''), JSON.stringify(text.split(' ')));
  console.log(Buffer.from(text).toString('hex'), wrapped(text), "'" + text + "'", text.replace(/ /g, '\\\\ '));
  for (const pad of ['', 'x', 'xy']) console.log(Buffer.from(pad + text).toString('base64'), wrapped(Buffer.from(pad + text).toString('base64')));
}
throw new Error('expected ' + answer + ' of ' + command);
`;

const formsOf = (text: string): readonly string[] => {
  const json = JSON.stringify(text).slice(1, -1);
  const base64 = [0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad), Buffer.from(text)])
      .toString('base64')
      .slice(4, -4),
  );
  return [text, json, Buffer.from(text).toString('hex'), encodeURIComponent(text), [...text].reverse().join(''), ...base64];
};

test('no byte of what a worker or a planner is sent in any try holds a contract, whatever the check of its work printed', async () => {
  const turn = [{ calls: [{ name: 'write', input: { path: 'sum.js', content: PRINTS } }] }, { text: 'done' }];
  const model = await listeningModel({ 'worker a': [...turn, ...turn, ...turn], 'planner a': [{ text: '{"split": false, "reason": "no"}' }] });
  here = trial({ criteria: [{ id: 'a', description: 'sum.js adds its two numbers', verify_command: COMMAND, output_assertion: ASSERTION }], agents: {} });
  const ran = await here.run(['--model', 'openai/m', '--once'], { env: model.env });
  await model.close();
  const told = model.heard.filter((one) => /You are (?:worker|planner) a,/u.test(one));
  expect(ran.events().filter((one) => one.type === 'ac.tried')).toHaveLength(3);
  expect(told.length).toBeGreaterThanOrEqual(7);
  expect(told.at(-1)).toContain('[contract]');
  expect(told.at(-1)).toContain('what it printed, at its end');
  for (const secret of [COMMAND, ASSERTION])
    for (const form of formsOf(secret)) {
      // Line ends are no hiding place.
      const squeezed = form.replace(/\s/gu, '');
      expect(told.filter((one) => one.includes(form) || one.replace(/\\n|\s|\| /gu, '').includes(squeezed))).toEqual([]);
    }
  // Who works the third time is told to go about it in another way.
  expect(told.at(-1)).toContain('which limits are real');
});
