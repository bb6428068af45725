import type { Span } from './needles.ts';

/**
 * Keys that are known by their form. The secret is the group named `s`, or all that was matched. Each begins with
 * letters that ordinary text seldom has, and is long enough that no word of a program is one.
 */
const FORMATS: readonly (readonly [name: string, form: RegExp])[] = [
  ['anthropic key', /sk-ant-[\w-]{16,}/],
  ['openai key', /sk-(?:proj|svcacct|admin|or-v1)-[\w-]{16,}/],
  // Not in `task-`, `disk-` and the like; a letter behind a backslash is an escape.
  ['api key', /sk-(?<!(?<!\\)[A-Za-z]sk-)(?=[A-Za-z_-]*\d)(?=[\w-]*[A-Za-z]{2})[A-Za-z0-9]{4}[\w-]{16,}/],
  ['github token', /gh[pousr]_[A-Za-z0-9]{36,}/],
  ['github token', /github_pat_[A-Za-z0-9_]{22,}/],
  ['gitlab token', /gl(?:pat|dt|ptt|rt|cbt)-[\w-]{20,}/],
  ['aws key id', /A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ['aws secret key', /(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY|SecretAccessKey)["']?\s*[:=]\s*["']?(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/],
  ['google key', /AIza[\w-]{35}(?![\w-])/],
  ['google token', /ya29\.[\w-]{30,}/],
  ['google secret', /GOCSPX-[\w-]{24,}/],
  ['slack token', /xox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['slack token', /xapp-\d-[A-Za-z0-9-]{20,}/],
  ['slack webhook', /hooks\.slack\.com\/services\/(?<s>T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{16,})/],
  ['stripe key', /[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['webhook secret', /whsec_[A-Za-z0-9+/=]{24,}/],
  ['npm token', /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/],
  ['pypi token', /pypi-AgE[\w-]{40,}/],
  ['hugging face token', /hf_[A-Za-z]{34}(?![A-Za-z0-9])/],
  ['groq key', /gsk_[A-Za-z0-9]{40,}/],
  ['xai key', /xai-[A-Za-z0-9]{60,}/],
  ['sendgrid key', /SG\.[\w-]{20,}\.[\w-]{40,}/],
  ['digitalocean token', /do[opr]_v1_[a-f0-9]{64}/],
  ['telegram token', /\d{8,10}:AA[\w-]{33}(?![\w-])/],
  ['age key', /AGE-SECRET-KEY-1[A-Z0-9]{58}/],
  ['jwt', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ['authorization', /[Aa]uthorization["']?\s*[:=]\s*["']?(?:[Bb]earer|[Bb]asic|[Tt]oken)\s+(?<s>(?=[\w.~+/-]*\d)[\w.~+/-]{16,}=*)/],
  ['api key', /[Xx]-[Aa]pi-[Kk]ey["']?\s*[:=]\s*["']?(?<s>(?=[\w.~+/-]*\d)[\w.~+/-]{16,})/],
  // The lines of a key, as they are or with their ends escaped.
  [
    'private key',
    /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?<s>(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{40,})+(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]*(?:\s|\\[nr])*(?:-----END [A-Z0-9 ]*-----)?))/,
  ],
];

/** What one of them begins with, or has in it: most text has none of it, and is looked at once. */
const PREFIX =
  /sk-|gh[pousr]_|github_pat_|gl(?:pat|dt|ptt|rt|cbt)-|A(?:KIA|SIA|Iza)|aws_secret|AWS_SECRET|SecretAcc|ya29\.|GOCSPX|x(?:ox[abeoprs]|app)-|hooks\.slack|[sr]k_(?:live|test)_|whsec_|npm_|pypi-A|hf_|gsk_|xai-|SG\.|do[opr]_v1_|:AA|AGE-SEC|eyJ|uthorization|-[Aa]pi-[Kk]ey|PRIVATE KEY/;

const ALL: readonly (readonly [name: string, form: RegExp])[] = FORMATS.map(([name, form]) => [name, new RegExp(form.source, 'dg')]);

/** Keys of the known forms. */
export function formatSpans(text: string): readonly Span[] {
  if (!PREFIX.test(text)) return [];
  return ALL.flatMap(([name, form]) =>
    [...text.matchAll(form)].map((match) => {
      const [from, to] = match.indices?.groups?.s ?? match.indices?.[0] ?? [0, 0];
      return { from, to, name };
    }),
  );
}

/** Where a key over several lines begins that has not ended yet; -1 when none has. */
export function openKey(text: string): number {
  const at = text.lastIndexOf('-----BEGIN ');
  if (at < 0) return -1;
  const rest = text.slice(at);
  return /^-----BEGIN (?:[A-Z0-9]+ )*(?:[A-Z0-9]*$|PRIVATE KEY)/u.test(rest) && !/-----END [A-Z0-9 ]*-----/u.test(rest) ? at : -1;
}
