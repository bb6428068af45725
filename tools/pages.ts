import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { configKeys } from '../src/kernel/config-keys.ts';
import { ERROR_CODES, EXIT } from '../src/kernel/error-codes.ts';
import { KERNEL_EVENTS } from '../src/kernel/events.ts';
import { OUROBOROS_EVENTS } from '../src/ouroboros/events.ts';
import { commandsPage } from './commands-page.ts';

/** The pages that are made from tables of the program, by their path from the root. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/commands.md': () => commandsPage(GENERATED),
  'docs/configuration.md': configurationPage,
  'docs/errors.md': errorsPage,
  'docs/events.md': eventsPage,
};

const GENERATED = '<!-- Made by `npm run docs`; change the source named below instead. -->';

function configurationPage(): string {
  const rows = configKeys().map((one) => {
    const value = one.default === undefined ? '' : `\`${JSON.stringify(one.default)}\``;
    return `| \`${one.key}\` | ${one.type.replaceAll('|', 'or')} | ${value} | ${one.text} |`;
  });
  return `# Configuration

${GENERATED}

\`config.json\` in the home (\`--home\`, else \`$OXIOS_HOME\`, else \`~/.oxios\`), readable by its owner alone. \`oxios config set KEY VALUE\`
writes it and refuses what does not fit; \`get\`, \`unset\` and \`list\` go with it, and \`oxios config keys\` shows this table, which is
\`src/kernel/config.ts\`. A word in capitals stands for a name. A flag wins over the seed, the seed over the configuration; of limits, the
lowest holds.

| key | value | default | meaning |
|---|---|---|---|
${rows.join('\n')}

## Environment

| variable | meaning |
|---|---|
| \`OXIOS_HOME\` | the home folder; \`--home\` wins |
| \`ANTHROPIC_API_KEY\`, \`ANTHROPIC_AUTH_TOKEN\`, \`ANTHROPIC_BASE_URL\` | key and address of Anthropic; the configuration wins |
| \`OPENAI_API_KEY\`, \`OPENAI_BASE_URL\` | key and address of OpenAI, and of a compatible server; the configuration wins |
| \`HTTPS_PROXY\`, \`NO_PROXY\`, \`NODE_EXTRA_CA_CERTS\` | how providers are reached |
| \`NO_COLOR\`, \`TERM=dumb\`, \`CI\` | plain lines, as with \`--no-color\` |
| \`GITHUB_STEP_SUMMARY\` | where GitHub Actions wants the summary of a job |
| \`SHELL\` | for which shell \`oxios completion\` prints |

Agents see none of these but \`NO_COLOR\`, \`TERM\` and \`SHELL\`.
`;
}

function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, [exit, meaning]]) => `| \`${code}\` | ${EXIT[exit]} | ${meaning} |`);
  return `# Errors

${GENERATED}

An error is one line on stderr, \`CODE: what: detail\`, and a second that says what to do next. The table is
\`src/kernel/error-codes.ts\`.

| exit | name |
|---|---|
${Object.entries(EXIT)
  .map(([name, exit]) => `| ${exit} | ${name} |`)
  .join('\n')}

| code | exit | meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function eventsPage(): string {
  return `# Events

${GENERATED}

Everything that happens is one entry of the log, and one line of \`--json\`. The fields below stand beside those of the
envelope: \`v\`, \`seq\` (of the run, without gaps from 0), \`leaf\` (index in the log), \`at\` and \`mono\` (milliseconds), \`boot\`,
\`run\`, \`pid\`, \`actor\`, \`type\`, and \`taint\` when the entry carries text of untrusted origin. Types and fields are only ever
added.

## Of the kernel

The schemas are in \`src/kernel/events.ts\`.

${sections(KERNEL_EVENTS, 'src/kernel/events.ts')}
## Of the protocol

The schemas are in \`src/ouroboros/events.ts\`.

${sections(OUROBOROS_EVENTS, 'src/ouroboros/events.ts')}`
    .trimEnd()
    .concat('\n');
}

function sections(events: Readonly<Record<string, z.ZodType>>, source: string): string {
  const comments = commentsOf(readFileSync(new URL(`../${source}`, import.meta.url), 'utf8'));
  return Object.entries(events)
    .map(([type, schema]) => {
      const { properties = {}, required = [] } = z.toJSONSchema(schema, { unrepresentable: 'any' });
      const fields = Object.entries(properties).map(([name, field]) => `    ${name}${required.includes(name) ? '' : '?'}: ${typeText(field)}\n`);
      return [`### ${type}\n`, comments.get(type) ?? '', fields.join('')].filter(Boolean).join('\n');
    })
    .join('\n');
}

/** The comment above each event, as one paragraph. */
function commentsOf(source: string): ReadonlyMap<string, string> {
  const found = source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*'([a-z]+\.[a-z]+)':/gu);
  return new Map([...found].map(([, text = '', type = '']) => [type, `${text.replace(/\s*\n\s*\*\s?/gu, ' ').trim()}\n`]));
}

type Shape = z.core.JSONSchema._JSONSchema;

function typeText(shape: Shape): string {
  if (typeof shape === 'boolean') return 'JSON';
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return choices.map(typeText).join(' | ');
  if (shape.type === 'array') return listText(shape.items);
  if (shape.type === 'object') return objectText(shape);
  // A reference is the recursive schema of any JSON value.
  return [shape.type ?? 'JSON'].flat().join(' | ');
}

function listText(items: z.core.JSONSchema.JSONSchema['items']): string {
  const text = Array.isArray(items) || items === undefined ? 'JSON' : typeText(items);
  return text.includes(' | ') ? `(${text})[]` : `${text}[]`;
}

function objectText({ properties, required = [], additionalProperties: rest }: z.core.JSONSchema.JSONSchema): string {
  const named = Object.entries(properties ?? {}).map(([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(field)}`);
  const open = rest === undefined || rest === false ? [] : [`[name]: ${typeText(rest)}`];
  return `{ ${[...named, ...open].join(', ')} }`;
}
