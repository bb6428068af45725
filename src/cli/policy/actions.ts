import { homedir } from 'node:os';
import { rememberedFor } from '../../drivers/store/remembered.ts';
import { formatRule, parseRule } from '../../kernel/capability.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { type PolicyRule, policyHash, policyRuleText } from '../../kernel/policy.ts';
import { reveal } from '../../kernel/text/sanitize.ts';
import { workspace } from '../authority.ts';
import { type Args, counted, text, texts } from '../commands/shared.ts';
import { homePath } from '../home.ts';
import type { Io } from '../io.ts';
import { readNamed } from '../named-file.ts';
import { authorityUnder, type PolicyPlace, policyFor, problemText, readPolicies } from './files.ts';
import type { Problem } from './source.ts';

type Given = Args<Record<string, unknown>>;

/** The rules that hold in the folder and where they stand, or all that is wrong with the files. */
export async function listPolicy(io: Io, args: Given): Promise<number> {
  const place = placeIn(args);
  const { rules, problems } = await readPolicies(place);
  const remembered = rememberedFor(place.home, place.cwd).map(formatRule);
  if (io.json) io.out(JSON.stringify({ ok: problems.length === 0, hash: policyHash(rules), rules: rules.map(plain), remembered, problems }));
  else for (const line of linesOf(rules, remembered, problems)) io.out(reveal(line));
  if (rules.length + remembered.length + problems.length === 0)
    io.say('no policy file holds here, and nothing was approved for good; docs/policy.md shows the form');
  if (problems.length > 0) io.say(`${counted(problems.length, 'fault', 'faults')}: with this policy nothing runs`);
  return problems.length > 0 ? EXIT.usage : EXIT.ok;
}

const plain = ({ verdict, rule, at, because }: PolicyRule) => ({ verdict, rule: formatRule(rule), at, ...(because === undefined ? {} : { because }) });

const linesOf = (rules: readonly PolicyRule[], remembered: readonly string[], problems: readonly Problem[]): readonly string[] => [
  ...problems.flatMap((one) => [problemText(one), ...(one.hint === undefined ? [] : [`  hint: ${one.hint}`])]),
  ...rules.map((one) => `${policyRuleText(one)}${one.because === undefined ? '' : `: ${one.because}`}`),
  ...remembered.map((rule) => `allow ${rule} (approved for this folder: oxios approvals rules)`),
];

/** A table of cases under the rules that hold in the folder; exit 1 when the gate answers one otherwise. */
export async function testPolicy(io: Io, args: Given): Promise<number> {
  const [file] = texts(args.command) ?? [];
  if (file === undefined) throw new OxiosError('USAGE', 'the file of cases is missing', { hint: 'such as: oxios policy test cases.yaml' });
  const place = placeIn(args);
  const { differing, readCases } = await import('./cases.ts');
  const bytes = readNamed(file, { missing: 'docs/policy.md shows the form', folder: 'name the file in it' });
  const cases = readCases(new TextDecoder().decode(bytes), file);
  const authority = authorityUnder(await policyFor(place), place);
  const granted = (texts(args.grant) ?? []).map((rule) => parseRule(rule, (path) => absoluteIn(path, place.cwd, place.userHome)));
  const differ = await differing(cases, place, { ...authority, caps: [...authority.caps, ...granted] });
  const ok = differ.length === 0;
  if (io.json) io.out(JSON.stringify({ ok, cases: cases.length, differ: differ.map(({ got, ...rest }) => ({ ...rest, ...got })) }));
  else
    for (const { line, deed, expected, got } of differ)
      io.out(reveal(`${file}:${line}: ${deed}: ${got.verdict}, not ${expected}: ${got.reason} (${got.rule})`));
  io.say(`${cases.length - differ.length} of ${counted(cases.length, 'case', 'cases')} as expected`);
  return ok ? EXIT.ok : EXIT.rejected;
}

const placeIn = (args: Given): PolicyPlace => ({
  home: homePath(args.home),
  userHome: (text(args.homeDir) ?? homedir()) as AbsPath,
  cwd: workspace(text(args.workspace)),
});
