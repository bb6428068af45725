import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskId, RunId } from '../../../src/kernel/ids.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { controlScene, type Scene, type TestShell } from '../../helpers/control.ts';
import { criterion, IDEA, ONE_ROUND, scores, specifies } from '../../helpers/interview.ts';

let scene: Scene;
let shell: TestShell | undefined;
const { EDITOR, VISUAL } = process.env;
beforeEach(() => {
  scene = controlScene();
});
afterEach(async () => {
  await shell?.control.close();
  scene.remove();
  Object.assign(process.env, EDITOR === undefined ? {} : { EDITOR }, VISUAL === undefined ? {} : { VISUAL });
});

async function open(model: unknown): Promise<TestShell> {
  shell = await scene.shell(model);
  return shell;
}

/** Whatever is edited comes back as this line of sed makes it. */
function editsWith(sed: string): void {
  const editor = join(scene.home, '..', 'editor');
  writeFileSync(editor, `#!/bin/sh\nsed -i '${sed}' "$1"\n`);
  chmodSync(editor, 0o755);
  delete process.env.VISUAL;
  process.env.EDITOR = editor;
}

const notice = (part: string) => (state: ShellState) => state.notices.find((one) => one.text.includes(part));
const newest = (kind: string, state: ShellState): RunId | undefined => [...state.runs.values()].findLast((one) => one.kind === kind)?.run;
const ended = (run: RunId, outcome?: string) => (state: ShellState) => {
  const view = state.runs.get(run);
  return view?.status === 'ended' && (outcome === undefined || view.outcome === outcome) && view;
};

/** Takes what is proposed of all that an interview asks. */
async function interviewed({ control, until }: TestShell): Promise<RunId> {
  await control.run({ do: 'interview', idea: IDEA });
  const run = await until((state) => newest('interview', state));
  for (;;) {
    const next = await until((state) => (ended(run)(state) ? ('done' as const) : state.asks.find((one) => one.run === run)));
    if (next === 'done') return run;
    await control.run({ do: 'answer', ask: next.ask as AskId, reply: { verdict: 'text', text: '' } });
    await until((state) => !state.asks.some((one) => one.ask === next.ask));
  }
}

test('an idea becomes a specification, which is changed, saved and worked on until it holds, and then another generation', async () => {
  const two = [criterion(), criterion({ id: 'stays', description: 'the count stays', quotes: [{ from: 'request', text: 'in a file tally.sh' }] })];
  const it = await open({ agents: { ...ONE_ROUND, scorer: [scores(0.95)], 'scorer#2': [scores(0.95)], specifier: [specifies(two)] } });
  const { control, until } = it;
  const interview = await interviewed(it);
  expect(it.store.state().interviews.get(interview)?.is).toBe('seeded');

  editsWith('s/goal: .*/goal: "Counts, as a person wrote it"/');
  await control.run({ do: 'edit-seed', run: interview });
  await until(notice('the specification is changed'));
  expect(it.given()).toBe(1);

  await control.run({ do: 'save-seed', run: interview, file: 'seed.yaml', replace: false });
  expect(readFileSync(join(scene.workspace, 'seed.yaml'), 'utf8')).toContain('as a person wrote it');
  writeFileSync(join(scene.workspace, 'seed.yaml'), 'mine');
  await control.run({ do: 'save-seed', run: interview, file: 'seed.yaml', replace: false });
  expect(it.store.state().overlay).toMatchObject({ is: 'form', submit: { is: 'save-seed', replace: 'seed.yaml' } });
  expect(readFileSync(join(scene.workspace, 'seed.yaml'), 'utf8')).toBe('mine');
  await control.run({ do: 'save-seed', run: interview, file: 'seed.yaml', replace: true });

  await control.run({ do: 'run', from: { interview } });
  const run = await until((state) => newest('run', state));
  expect(await until(ended(run))).toMatchObject({ outcome: 'APPROVED', title: 'Counts, as a person wrote it' });
  expect(existsSync(join(scene.workspace, 'tally.sh'))).toBe(true);

  editsWith('s/the count stays/the count stays for ever/');
  await control.run({ do: 'edit-seed', run });
  const child = await until((state) => newest('run', state) !== run && newest('run', state));
  await until(ended(child));
  const generations = it.store.state().work.get(child)?.generations ?? [];
  expect(generations.map((one) => one.seed.acceptance_criteria[1]?.description)).toEqual(['the count stays for ever']);

  await control.run({ do: 'undo', run });
  await until((state) => state.notices.find((one) => one.text.startsWith('put back') || one.tone === 'error'));
});

test('a mistake in an edited specification is told and not lost, and once it holds it is there for the next shell', async () => {
  const it = await open({ agents: { ...ONE_ROUND, scorer: [scores(0.95)], 'scorer#2': [scores(0.95)] } });
  const interview = await interviewed(it);
  editsWith('s/^acceptance_criteria:/acceptance_criteria: nothing of it/');
  await it.control.run({ do: 'edit-seed', run: interview });
  expect(await it.until((state) => state.notices.find((one) => one.tone === 'error'))).toBeDefined();
  editsWith('s/ nothing of it//; s/goal: .*/goal: "Mended"/');
  await it.control.run({ do: 'edit-seed', run: interview });
  await it.until(notice('the specification is changed'));
  await it.control.close();

  const later = await open([]);
  await later.control.run({ do: 'resume', run: interview });
  expect(await later.until((state) => state.edited?.get(interview))).toContain('Mended');
  expect(statSync(join(scene.home, 'shell', 'seeds', `${interview}.yaml`)).mode & 0o777).toBe(0o600);
});

test('hunks that are not wanted are put back through the gate, and undo takes back the rest', async () => {
  const path = join(scene.workspace, 'list.txt');
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const edits = [
    { old: 'line 2\n', new: 'second\n' },
    { old: 'line 25\n', new: 'late\n' },
  ];
  const it = await open([{ calls: [{ name: 'edit', input: { path: 'list.txt', edits } }] }, { text: 'Done.' }]);
  const { control, until } = it;
  await control.run({ do: 'say', text: 'change it' });
  const finished = await until((state) => state.audit.entries.find((event) => event.type === 'tool.finished' && event.tool === 'edit'));
  const run = finished.run;
  const call = finished.type === 'tool.finished' ? finished.call : '';
  await until((state) => state.audit.entries.some((event) => event.type === 'process.moved' && event.to === 'waiting'));
  await control.run({ do: 'reject', run, path: 'list.txt', changes: [{ call, hunks: [1] }] });
  const ask = await until((state) => state.asks[0]);
  expect(ask.text).toContain('patch');
  await control.run({ do: 'answer', ask: ask.ask as AskId, reply: { verdict: 'allow', scope: 'once' } });
  await until((state) => state.audit.entries.some((event) => event.type === 'tool.finished' && event.tool === 'bash'));
  const now = readFileSync(path, 'utf8');
  expect(now).toContain('second\n');
  expect(now).toContain('line 25\n');
  await control.run({ do: 'reject', run, path: 'list.txt', changes: [{ call, hunks: [0, 1] }] });
  await until(notice('nothing of list.txt was put back: it no longer has what was to be taken back, in one place'));
  expect(readFileSync(path, 'utf8')).toBe(now);

  await control.run({ do: 'undo', run });
  await until(notice('put back as before the run: list.txt'));
  expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
  await control.run({ do: 'undo', run, redo: true });
  await until(notice('as before the undo'));
  expect(readFileSync(path, 'utf8')).toBe(now);
  await until((state) => state.alive.has(run));
});

test('work on a seed is taken back while a conversation rests in the same folder, which goes on then', async () => {
  const ontology_schema = { name: 'Thing', description: 'what is made' };
  const seed = {
    goal: 'A thing',
    metadata: {},
    ontology_schema,
    acceptance_criteria: [{ id: 'made', description: 'made.txt is there', verify_command: 'test -f made.txt' }],
  };
  writeFileSync(join(scene.workspace, 'seed.yaml'), JSON.stringify(seed));
  const write = { name: 'write', input: { path: 'made.txt', content: 'made' } };
  const it = await open({ agents: { assistant: [{ text: 'Hello.' }, { text: 'Still here.' }], default: [{ calls: [write] }, { text: 'It is made.' }] } });
  const { control, until } = it;
  await control.run({ do: 'say', text: 'hello' });
  await until((state) => state.audit.entries.some((event) => event.type === 'process.moved' && event.to === 'waiting'));
  const talk = it.store.state().session;
  await control.run({ do: 'run', from: { file: 'seed.yaml' } });
  const run = await until((state) => newest('run', state));
  await until(ended(run));
  expect(existsSync(join(scene.workspace, 'made.txt'))).toBe(true);
  it.store.set((state) => ({ ...state, session: talk }));
  await control.run({ do: 'undo', run });
  expect(await until((state) => state.notices.find((one) => one.tone === 'error' || one.text.startsWith('put back')))).toMatchObject({
    text: 'put back as before the run: made.txt',
  });
  expect(existsSync(join(scene.workspace, 'made.txt'))).toBe(false);
  await until((state) => talk !== undefined && state.alive.has(talk));
});
