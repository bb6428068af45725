import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Place, place } from '../helpers/oxios.ts';
import { eventsOf } from '../helpers/provider-wire.ts';
import { hasTmux, openTerminal, type Terminal } from '../helpers/terminal.ts';

let here: Place;
const open: Terminal[] = [];
let server: Server | undefined;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  server?.close();
  here.remove();
});

/** A compatible server with one model, which says one thing. */
async function provider(says: string): Promise<string> {
  server = createServer((request, response) => {
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ data: [{ id: 'tiny' }] }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of eventsOf('chat', { blocks: [{ text: says }] })) response.write(event);
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function shell(flags = '', { columns = 110, rows = 30 } = {}): Promise<Terminal> {
  const terminal = openTerminal(columns, rows, here.home);
  open.push(terminal);
  terminal.type(`oxios ${flags} --project-dir ${here.workspace}; echo "left with $?"`);
  return terminal;
}

const script = (turns: unknown): string => {
  writeFileSync(here.path('model.yaml'), JSON.stringify(turns));
  return `--model script:${here.path('model.yaml')}`;
};
const config = (shell: object): void => {
  mkdirSync(join(here.home, '.oxios'), { recursive: true, mode: 0o700 });
  writeFileSync(join(here.home, '.oxios', 'config.json'), JSON.stringify({ shell }), { mode: 0o600 });
};

describe.runIf(hasTmux())('the shell', () => {
  test('on first use asks for a model, tries it, keeps it, and talks with it', async () => {
    const address = await provider('I am tiny.');
    const terminal = await shell();
    await terminal.shows(/OpenAI/u);
    terminal.press('Down', 'Enter');
    await terminal.shows('Address of the API');
    terminal.press(address, 'Enter');
    await terminal.shows('as the server calls it');
    terminal.press('tiny', 'Enter');
    await terminal.shows(/^Key/mu);
    terminal.press('Enter');
    await terminal.shows('a model is there');
    terminal.press('hello', 'Enter');
    await terminal.shows('I am tiny.');
    const file = join(here.home, '.oxios', 'config.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      model: 'openai-compatible/tiny',
      providers: { 'openai-compatible': { base_url: address } },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['shell.layout', { layout: 'inline' }, 110],
    ['shell.layout', { layout: 'panes' }, 90],
  ] as const)('%s decides how it is laid out', async (_, look, columns) => {
    config(look);
    const terminal = await shell(script([]), { columns });
    const screen = (await terminal.shows('ready')).join('\n');
    expect(screen.includes('─ Agents') || screen.includes('─ Chat')).toBe(look.layout === 'panes');
  });

  test('shell.themes and shell.theme decide how it looks, and --theme goes before', async () => {
    config({ theme: 'mine', themes: { mine: { text: { fg: '#123456' }, dim: { fg: '#123456' }, title: { fg: '#123456' }, border: { fg: '#123456' } } } });
    const terminal = await shell(script([]));
    await terminal.shows('ready');
    const mine = terminal.coloured();
    const other = await shell(`${script([])} --theme light`);
    await other.shows('ready');
    expect(other.coloured()).not.toBe(mine);
  });

  test('shell.vim gives the prompt vim keys, and keys.json changes the others', async () => {
    config({ vim: true });
    writeFileSync(join(here.home, '.oxios', 'keys.json'), '{"palette": ["ctrl-o"]}');
    const terminal = await shell(script([{ text: 'Done.' }]));
    await terminal.shows('ready');
    terminal.press('one two');
    await terminal.shows('> one two');
    terminal.press('Escape');
    await terminal.shows('N one two');
    terminal.press('b', 'd', 'w');
    await terminal.shows(/N one *$/mu);
    terminal.press('C-o');
    await terminal.shows('/interview');
  });

  test('shell.notify rings when an agent asks', async () => {
    config({ notify: 'desktop' });
    const terminal = await shell(
      `${script([{ calls: [{ name: 'bash', input: { command: 'rm x' } }] }, { text: 'Done.' }])} --record-frames ${here.path('frames.cast')}`,
    );
    await terminal.shows('ready');
    terminal.press('remove it', 'Enter');
    await terminal.shows('waits for you');
    terminal.press('C-c', 'C-c', 'C-c');
    terminal.press('s');
    await terminal.shows('left with');
    expect(readFileSync(here.path('frames.cast'), 'utf8')).toContain('\\u001b]9;assistant asks');
  });

  test('an agent is killed from the table of agents', async () => {
    const calls = [{ name: 'fork', input: { name: 'helper', task: 'help' } }];
    const agents = { default: [{ calls }, { text: 'Alone again.' }], helper: [{ text: 'never', delay_ms: 3_600_000 }] };
    const terminal = await shell(script({ agents }));
    await terminal.shows('ready');
    terminal.press('get help', 'Enter');
    await terminal.shows('helper');
    terminal.press('M-1', 'End', 'x', 'x');
    await terminal.shows('Alone again.');
  });

  test('a full disk is told, and the shell stays', async () => {
    const terminal = await shell(`--home /dev/full/home ${script([])}`);
    await terminal.shows(/cannot be written|no space|failed/u);
    terminal.press('C-d');
    await terminal.shows('left with 0');
  });
});
