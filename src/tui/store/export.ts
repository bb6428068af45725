import type { KernelEvent } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';
import { escaped } from '../../kernel/text/sanitize.ts';
import type { Item } from '../state.ts';
import { cleanEvent } from './clean.ts';
import { createStory } from './story.ts';

/** A conversation for a file, from the events of its run: to be read as Markdown, or as JSON Lines with all that is in the log. */
export function exported(events: readonly KernelEvent[], form: 'markdown' | 'jsonl'): string {
  if (form === 'jsonl') return events.map((event) => `${escaped(JSON.stringify(event))}\n`).join('');
  const [first] = events;
  if (!first) return '';
  const clean = events.map(cleanEvent);
  const story = createStory(first.run, undefined, {}, Number.POSITIVE_INFINITY);
  for (const event of clean) story.take(event);
  const { transcripts } = story.told();
  const names = new Map(clean.flatMap((event) => (event.type === 'process.forked' ? [[event.pid, event.name] as const] : [])));
  const said = [...transcripts].filter(([, { items }]) => items.length > 0);
  const parts = said.map(
    ([pid, { items }]) => `${said.length > 1 ? `## ${titleOf(pid, names)}\n\n` : ''}${items.map(markdownOf).filter(Boolean).join('\n\n')}`,
  );
  return `${[headOf(clean), ...parts].join('\n\n')}\n`;
}

const titleOf = (pid: Pid, names: ReadonlyMap<Pid, string>): string => `${names.get(pid) ?? 'process'} (${pid})`;

function headOf(events: readonly KernelEvent[]): string {
  const started = events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started') return '# A conversation';
  const title = started.title.split('\n', 1)[0] ?? '';
  return `# ${title}\n\n${new Date(started.at).toISOString()} · ${started.model} · ${started.cwd} · ${started.run}`;
}

/** Thinking is left out: it is in the log, and in JSON Lines. */
function markdownOf(item: Item): string {
  switch (item.is) {
    case 'user':
      return `**You:**\n\n${quoted(item.text)}`;
    case 'answer':
      return item.text;
    case 'thinking':
      return '';
    case 'note':
      return `*${item.text.replaceAll('\n', ' ')}*`;
    case 'tool':
      return [
        `- ${coded(item.action)} ${HOW[item.how]}`,
        fenced(item.text, ''),
        item.cut === 0 ? '' : `*${item.cut} more characters are in the log*`,
        item.diff === undefined ? '' : fenced(item.diff, 'diff'),
      ]
        .filter(Boolean)
        .join('\n\n');
  }
}

const HOW = { asks: 'asks', runs: 'runs', ok: 'done', failed: 'failed', denied: 'was refused', unknown: 'has an unknown outcome' } as const;

const quoted = (text: string): string => text.replaceAll(/^/gmu, '> ');

/** Backticks around it that do not stand in it. */
function coded(text: string): string {
  const ticks = '`'.repeat(longest(text) + 1);
  const pad = /^`|`$/u.test(text) ? ' ' : '';
  return `${ticks}${pad}${text.replaceAll('\n', ' ')}${pad}${ticks}`;
}

function fenced(text: string, language: string): string {
  if (text.trim() === '') return '';
  const fence = '`'.repeat(Math.max(3, longest(text) + 1));
  return `${fence}${language}\n${text.replace(/\n$/u, '')}\n${fence}`;
}

const longest = (text: string): number => (text.match(/`+/gu) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
