// The least that Node can do for the same work: fetch, child_process and files, without a log, a gate or a sandbox.
// Each argument is the task of one conversation; all of them go on at once.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

const text = { type: 'string' };
const tool = (name, properties) => ({
  type: 'function',
  function: { name, description: name, parameters: { type: 'object', properties, required: Object.keys(properties) } },
});
const tools = [tool('bash', { command: text }), tool('read', { path: text }), tool('write', { path: text, content: text })];

const run = {
  read: ({ path }) => readFile(path, 'utf8'),
  write: ({ path, content }) => writeFile(path, content).then(() => 'written'),
  bash: ({ command }) =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      const take = (chunk) => {
        out += chunk;
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.on('error', reject);
      child.on('close', (code) => resolve(`${out}[exit ${code}]`));
    }),
};

/** One answer of the model; its text is printed as it comes. */
async function ask(messages) {
  const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ model: 'bench-1', stream: true, messages, tools }),
  });
  const answer = { role: 'assistant', content: '', tool_calls: [] };
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) take(answer, block.slice(6));
  }
  return answer;
}

function take(answer, data) {
  const delta = data === '[DONE]' ? undefined : JSON.parse(data).choices[0]?.delta;
  if (delta?.content) {
    answer.content += delta.content;
    process.stdout.write(delta.content);
  }
  for (const { index, id, function: called } of delta?.tool_calls ?? []) {
    answer.tool_calls[index] ??= { id, type: 'function', function: { name: called.name, arguments: '' } };
    answer.tool_calls[index].function.arguments += called.arguments ?? '';
  }
}

async function converse(task) {
  const messages = [
    { role: 'system', content: 'You are an agent.' },
    { role: 'user', content: task },
  ];
  for (;;) {
    const { tool_calls, ...said } = await ask(messages);
    if (tool_calls.length === 0) return;
    messages.push({ ...said, tool_calls });
    for (const { id, function: called } of tool_calls)
      messages.push({ role: 'tool', tool_call_id: id, content: await run[called.name](JSON.parse(called.arguments)) });
  }
}

await Promise.all(process.argv.slice(2).map(converse));
