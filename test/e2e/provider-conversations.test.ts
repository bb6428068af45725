import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { replies, says, status } from '../helpers/provider-plays.ts';
import { errorOf, ofType, resultOf, scene } from '../helpers/provider-scene.ts';
import type { Asked, Play } from '../helpers/provider-server.ts';
import type { Api } from '../helpers/provider-wire.ts';
import { shell } from '../helpers/shell.ts';

const DONE = says({ text: 'It is done.' });
const PROVIDERS: readonly Api[] = ['anthropic', 'chat'];
const WINDOW = { models: { 'anthropic/m': { context_tokens: 8000 }, 'openai/m': { context_tokens: 8000 } } };
const SUMMARY = 'SUMMARY: the file was read again and again.';

const isCompaction = ({ body }: Asked): boolean => JSON.stringify(body.messages).includes('Summarize the conversation above');
const text = ({ body }: Asked): string => JSON.stringify(body.messages);

describe.each(PROVIDERS)('%s: a conversation that outgrows its window', (api) => {
  /** Reads the same file until it has been asked this often; a count of four bytes a token. */
  const reads = (turns: number): ((asked: Asked) => Play) => {
    let turn = 0;
    return (asked) => {
      const tokens = { input: Math.ceil(JSON.stringify(asked.body).length / 4), output: 30 };
      if (isCompaction(asked)) return replies({ blocks: [{ thinking: 'hm', signature: 's' }, { text: SUMMARY }], tokens });
      turn += 1;
      return turn > turns
        ? replies({ blocks: [{ text: 'It is done.' }], tokens })
        : replies({
            blocks: [
              { thinking: `thought ${turn}`, signature: 'sig' },
              // The very same call again and again would end the agent.
              { call: 'read', input: { path: 'long.txt', limit: 1000 + turn }, id: `c${turn}` },
            ],
            tokens,
          });
    };
  };

  test('is summarized before it is full, goes on from the summary, and stands whole in the log', async () => {
    const { here, server, prompt, oxios } = await scene(api, reads(12), WINDOW);
    writeFileSync(`${here.workspace}/long.txt`, 'one line of this file\n'.repeat(150));
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    const compacted = ofType(ran, 'context.compacted');
    expect(compacted.length).toBeGreaterThan(1);
    for (const event of compacted) expect(event.after_tokens).toBeLessThan(event.before_tokens);
    const asked = server.asked.filter((one) => !isCompaction(one));
    expect(asked).toHaveLength(13);
    // No request was larger than the window, as the provider counts.
    for (const one of server.asked) expect(JSON.stringify(one.body).length / 4).toBeLessThan(8000);
    for (const one of server.asked.filter(isCompaction)) expect(one.body).not.toHaveProperty('tools');
    expect(asked.filter((one) => text(one).includes(SUMMARY)).length).toBeGreaterThan(1);
    const results = (await oxios(['audit', 'list', '--json'])).events().filter((event) => event.type === 'tool.finished');
    expect(results).toHaveLength(12);
    for (const event of results) expect(event.text).toContain('one line of this file');
  });

  test('thoughts from before a summary are not sent behind it', async () => {
    const { here, server, prompt } = await scene(api, reads(8), WINDOW);
    writeFileSync(`${here.workspace}/long.txt`, 'one line of this file\n'.repeat(150));
    expect((await prompt()).code).toBe(0);
    const at = server.asked.findIndex((one) => text(one).includes(`[Earlier part of this conversation, summarized]`) && !isCompaction(one));
    expect(at).toBeGreaterThan(0);
    expect(text(server.asked[at] as Asked)).not.toContain('"signature"');
  });

  test('that the provider finds too long first is summarized then', async () => {
    let refused = false;
    const script = reads(4);
    const { here, server, prompt } = await scene(api, (asked, n) => {
      if (isCompaction(asked) || refused || n < 4) return script(asked);
      refused = true;
      return status(400, { message: 'prompt is too long: 9000 tokens > 8000 maximum' });
    });
    writeFileSync(`${here.workspace}/long.txt`, 'one line of this file\n'.repeat(50));
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    expect(ofType(ran, 'model.failed').map((event) => event.code)).toEqual(['CONTEXT_FULL']);
    expect(server.asked.filter(isCompaction)).toHaveLength(1);
  });

  test('with results that are too long for a small window keeps fewer of them', async () => {
    const { here, server, prompt } = await scene(api, reads(6), WINDOW);
    writeFileSync(`${here.workspace}/long.txt`, 'one line of this file\n'.repeat(500));
    const ran = await prompt();
    expect([ran.code, resultOf(ran).text]).toEqual([0, 'It is done.']);
    for (const one of server.asked) expect(JSON.stringify(one.body).length / 4).toBeLessThan(8000);
  });
});

test('a request that is too long by itself ends with CONTEXT_FULL', async () => {
  const { prompt } = await scene('chat', [status(400, { message: 'maximum context length is 8 tokens', type: 'context_length_exceeded' })]);
  const ran = await prompt();
  expect([ran.code, errorOf(ran)]).toEqual([5, 'CONTEXT_FULL']);
});

describe('what is piped in', () => {
  test('is context of the request', async () => {
    const { here, server } = await scene('chat', [DONE]);
    const ran = await shell('printf "line one\\nline two\\n" | oxios -p "what is this"', { home: here.home, env: server.env });
    expect(ran).toMatchObject({ code: 0, stdout: 'It is done.\n' });
    expect(server.asked[0]?.body.messages.at(-1).content).toBe('what is this\n\n[standard input]\nline one\nline two');
  });

  test('can be the whole request', async () => {
    const { here, server } = await scene('chat', [DONE]);
    const ran = await shell('echo "say hello" | oxios -p', { home: here.home, env: server.env });
    expect(ran.code).toBe(0);
    expect(text(server.asked[0] as Asked)).toContain('say hello');
  });

  test('a file, nothing, and a closed standard input are what they are', async () => {
    const { here, server } = await scene('chat', [DONE]);
    writeFileSync(here.path('note.txt'), 'from a file');
    for (const redirection of ['< note.txt', '< /dev/null', '<&-']) {
      expect((await shell(`oxios -p "read" ${redirection}`, { home: here.home, env: server.env })).code).toBe(0);
    }
    expect(server.asked.map(({ body }) => body.messages.at(-1).content)).toEqual(['read\n\n[standard input]\nfrom a file', 'read', 'read']);
  });
});

describe('a conversation that goes on', () => {
  const first = (path: string) =>
    [says({ thinking: 'hm', signature: 's' }, { call: 'write', input: { path, content: 'x' } }), says({ text: `I wrote ${path}.` })] as const;

  test.each(PROVIDERS)('%s: --continue carries all that was said and done, and goes on again', async (api) => {
    const { server, prompt } = await scene(api, [...first('a.txt'), DONE, says({ text: 'Once more.' })]);
    await prompt();
    const again = await prompt(['--continue']);
    expect([again.code, resultOf(again).text]).toEqual([0, 'It is done.']);
    expect(text(server.asked[2] as Asked)).toMatch(/do it.*a\.txt.*I wrote a\.txt\..*do it/u);
    expect(text(server.asked[2] as Asked)).not.toContain('"signature"');
    expect((await prompt(['--continue'])).code).toBe(0);
    expect(text(server.asked[3] as Asked)).toMatch(/I wrote a\.txt\..*do it.*It is done\..*do it/u);
  });

  test('--session names one; its tool results are there in the order of their calls', async () => {
    const { server, prompt } = await scene('anthropic', [...first('a.txt'), ...first('b.txt'), DONE]);
    const { run } = resultOf(await prompt());
    await prompt();
    const ran = await prompt(['--session', run]);
    expect(ran.code).toBe(0);
    const { messages } = server.asked[4]?.body ?? {};
    expect(messages.map((one: { role: string }) => one.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(messages[1].content[0].id).toBe(messages[2].content[0].tool_use_id);
    expect(text(server.asked[4] as Asked)).not.toContain('b.txt');
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('one that ended by %s inside a call says that its outcome is not known', async (signal) => {
    const waits = says({ call: 'bash', input: { command: 'sleep 60' } });
    const { server, prompt, watched } = await scene('chat', [waits, DONE]);
    const running = watched(['--allow', 'exec:sleep']);
    (await running.printed('"tool.started"'))(signal);
    await running.done;
    expect((await prompt(['--continue'])).code).toBe(0);
    const { messages } = server.asked[1]?.body ?? {};
    expect(messages.find((one: { role: string }) => one.role === 'tool').content).toContain('what became of it is not known');
  });

  test.each([[['--continue']], [['--session', 'r_nowhere']]])('%j without one is NOT_FOUND', async (args) => {
    const { server, prompt } = await scene('chat', [DONE]);
    const ran = await prompt(args);
    expect([ran.code, errorOf(ran), server.asked.length]).toEqual([2, 'NOT_FOUND', 0]);
  });
});
