import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { processesIn } from '../helpers/crash.ts';
import type { Line, Ran } from '../helpers/oxios.ts';
import { says } from '../helpers/provider-plays.ts';
import { ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import type { Asked, Play } from '../helpers/provider-server.ts';

const AGENTS = 200;
/** All of them may run at once. */
const CONFIG = { max_running: AGENTS, limits: { tool_calls: 5 * AGENTS } };
const FORKS = says(...Array.from({ length: AGENTS }, (_, at) => ({ call: 'fork', input: { name: `agent ${at}`, task: `task ${at}` } })));
const NOTHING: Play = () => undefined;

/** The number of the agent that asks, undefined for the one that forks them, and how many results of calls it has. */
function whoAsks({ body }: Asked): { readonly agent: number | undefined; readonly results: number } {
  const messages: readonly { role: string; content: unknown }[] = body.messages;
  const task = /^task (\d+)$/u.exec(String(messages.find((one) => one.role === 'user')?.content))?.[1];
  return { agent: task === undefined ? undefined : Number(task), results: messages.filter((one) => one.role === 'tool').length };
}

/** Lets everybody who comes wait until so many are there. */
function meeting(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let there = 0;
  return () => {
    there += 1;
    if (there === size) resolve();
    return promise;
  };
}

/** Numbers of the run's entries as they came on stdout. */
const numbers = (ran: Ran): readonly number[] => ran.events().flatMap((event: Line) => (event.seq === undefined ? [] : [event.seq]));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

test(`${AGENTS} agents at once all finish, and no event is lost, doubled or out of order`, async () => {
  const all = meeting(AGENTS);
  const { server, prompt, oxios } = await scene(
    'chat',
    (asked) => async (_, response) => {
      const { agent, results } = whoAsks(asked);
      if (agent === undefined) return (results === 0 ? FORKS : says({ text: 'All are done.' }))(asked, response);
      // Nobody is answered before everybody has asked: with fewer at once it would never end.
      if (results === 0) await all();
      return (results < 2 ? says({ call: 'ls', input: { path: '.' } }) : says({ text: `agent ${agent} is done` }))(asked, response);
    },
    CONFIG,
  );
  const ran = await prompt(['--allow', 'proc:fork']);
  expect([ran.code, resultOf(ran).text]).toEqual([0, 'All are done.']);
  expect(server.asked).toHaveLength(3 * AGENTS + 2);
  expect(ofType(ran, 'process.exited').map((event) => event.exit.how)).toEqual(Array(AGENTS + 1).fill('done'));
  const texts = ofType(ran, 'tool.finished').filter((event) => event.tool === 'fork');
  expect(new Set(texts.map((event) => /agent \d+ is done/u.exec(event.text)?.[0])).size).toBe(AGENTS);
  expect(numbers(ran)).toEqual(upTo(numbers(ran).length));
  const logged = await oxios(['audit', 'list', '--run', resultOf(ran).run, '--json']);
  expect(logged.events().map((event) => event.seq)).toEqual(numbers(ran));
  expect((await oxios(['audit', 'verify'])).code).toBe(0);
});

/** One agent of ten runs a command instead of waiting for its model. */
const isBusy = (agent: number): boolean => agent % 10 === 0;

test(`Ctrl-C stops ${AGENTS} agents, whatever they wait for, and leaves no process and no connection`, async () => {
  const { here, server, watched, oxios } = await scene(
    'chat',
    (asked) => {
      const { agent } = whoAsks(asked);
      if (agent === undefined) return FORKS;
      return isBusy(agent) ? says({ call: 'bash', input: { command: 'sleep 600' } }) : NOTHING;
    },
    CONFIG,
  );
  const running = watched(['--allow', 'proc:fork', '--allow', 'exec:sleep']);
  await server.request(AGENTS);
  const kill = await running.printed('model.requested');
  const sleepers = () => processesIn(here.home).filter((line) => line.includes('sleep 600'));
  while (sleepers().length < AGENTS / 10) await sleep(20);
  kill('SIGINT');
  const ran = await running.done;
  expect([ran.code, resultOf(ran).resumable]).toEqual([130, true]);
  expect(sleepers()).toEqual([]);
  const waiting = server.asked.filter((asked) => !isBusy(whoAsks(asked).agent ?? 0));
  expect(waiting).toHaveLength(AGENTS - AGENTS / 10);
  expect(new Set(await Promise.all(waiting.map((asked) => asked.closed)))).toEqual(new Set(['aborted']));
  expect(ofType(ran, 'process.exited').map((event) => event.exit.how)).toEqual(Array(AGENTS + 1).fill('killed'));
  expect(numbers(ran)).toEqual(upTo(numbers(ran).length));
  const still = await oxios(['ps', '--json']);
  expect(still.stdout).not.toContain('running');
  expect((await oxios(['audit', 'verify'])).code).toBe(0);
});
