import { isAbsent, restatesSuccess } from './criterion.ts';
import type { DiagnosticCode } from './diagnostic.ts';
import type { Report } from './report.ts';
import { judgeCommand, programsOf } from './shell/judge.ts';
import { type Path, spotAt } from './spot.ts';
import { type Criterion, type Seed, TASK_TYPES } from './types.ts';
import type { Tree } from './yaml/tree.ts';

export interface Environment {
  /** Whether a program of that name can be started; programs are not looked for without it. */
  readonly onPath?: (program: string) => boolean;
}

interface Deps {
  readonly tree: Tree;
  readonly report: Report;
  readonly environment: Environment;
}

/** Warnings on a seed that can be read: what would make its evidence worthless, or is most likely a mistake. */
export function lintSeed(seed: Seed, deps: Deps): void {
  const warn = warner(deps);
  lintWhole(seed, warn);
  for (const [at, criterion] of seed.acceptance_criteria.entries()) {
    lintEvidence(criterion, ['acceptance_criteria', at], warn);
    lintPrograms(criterion, ['acceptance_criteria', at, 'verify_command'], { warn, environment: deps.environment });
    lintAssertion(deps.tree, ['acceptance_criteria', at, 'output_assertion'], warn);
  }
  lintDuplicates(seed, warn);
}

type Warn = (code: DiagnosticCode, path: Path, message: string, hint?: string) => void;

const warner =
  ({ tree, report }: Deps): Warn =>
  (code, path, message, hint) => {
    const spot = spotAt(tree, path);
    report.add({ code, path: spot.path.join('.'), at: spot.at, message, hint });
  };

/** A seed is ready to run at or below this score. */
const READY_AMBIGUITY = 0.2;

function lintWhole(seed: Seed, warn: Warn): void {
  const { metadata } = seed;
  if (seed.goal.trim() === '') warn('lint.blank', ['goal'], 'the goal is blank', 'say what the result is for');
  if (!(TASK_TYPES as readonly string[]).includes(seed.task_type))
    warn('lint.task-type', ['task_type'], `${JSON.stringify(seed.task_type)} is handled like code`, `known: ${TASK_TYPES.join(', ')}`);
  if (seed.acceptance_criteria.length === 0)
    warn('lint.no-criteria', ['acceptance_criteria'], 'no acceptance criteria: the run can only end UNVERIFIED', 'add criteria with a verify_command each');
  if (metadata.ambiguity_score > READY_AMBIGUITY)
    warn(
      'lint.ambiguity',
      ['metadata', 'ambiguity_score'],
      `${metadata.ambiguity_score} is above ${READY_AMBIGUITY}: too much is still open`,
      'clear it up: oxios interview',
    );
  if (metadata.degraded && metadata.generation_mode === 'normal')
    warn('lint.provenance', ['metadata', 'degraded'], 'degraded is true but generation_mode is normal', 'name how the seed came about in generation_mode');
  if (!metadata.degraded && metadata.unresolved_slots.length > 0)
    warn('lint.provenance', ['metadata', 'unresolved_slots'], 'unresolved_slots are listed but degraded is false', 'set degraded: true');
}

function lintEvidence(criterion: Criterion, path: Path, warn: Warn): void {
  const { verify_command: command, expected_artifacts, verify_exemption_reason } = criterion;
  if (criterion.description === '') warn('lint.blank', path, 'the criterion is blank', 'say what can be observed when it holds');
  if (command === null && expected_artifacts.length === 0 && verify_exemption_reason === null)
    warn('lint.no-evidence', path, 'nothing can prove this criterion', 'add a verify_command, expected_artifacts or a verify_exemption_reason');
  if (command === null) return;
  const verdict = judgeCommand(command);
  if (verdict.proves === 'nothing')
    warn('lint.vacuous', [...path, 'verify_command'], verdict.why, 'run something that fails as long as the criterion does not hold');
  if (verdict.proves === 'masked') warn('lint.masked', [...path, 'verify_command'], verdict.why);
}

function lintPrograms({ verify_command }: Criterion, path: Path, { warn, environment }: { warn: Warn; environment: Environment }): void {
  const { onPath } = environment;
  if (verify_command === null || !onPath) return;
  for (const program of programsOf(verify_command))
    if (!onPath(program)) warn('lint.program', path, `${program} is not on PATH`, `install ${program} or name another program`);
}

/** The file has an assertion that the normalized seed has no more. */
function lintAssertion(tree: Tree, path: Path, warn: Warn): void {
  const { value } = spotAt(tree, path);
  if (typeof value !== 'string' || isAbsent(value) || !restatesSuccess(value)) return;
  warn('lint.assertion', path, `${JSON.stringify(value)} is dropped: the exit code says so already`, 'assert text that only a right result prints');
}

function lintDuplicates(seed: Seed, warn: Warn): void {
  const criteria = seed.acceptance_criteria;
  const groups: readonly { names: readonly string[]; path: Path; what: string }[] = [
    { names: criteria.map((one) => one.semantic_ac_key), path: ['acceptance_criteria'], what: 'the same criterion with the same contract' },
    { names: criteria.map((one) => one.description), path: ['acceptance_criteria'], what: 'the same description' },
    { names: seed.constraints, path: ['constraints'], what: 'the same constraint' },
    { names: seed.ontology_schema.fields.map((one) => one.name), path: ['ontology_schema', 'fields'], what: 'the same field name' },
    { names: seed.evaluation_principles.map((one) => one.name), path: ['evaluation_principles'], what: 'the same name' },
    { names: seed.exit_conditions.map((one) => one.name), path: ['exit_conditions'], what: 'the same name' },
  ];
  const told = new Set<string>();
  for (const { names, path, what } of groups) {
    const first = new Map<string, number>();
    for (const [at, name] of names.entries()) {
      const before = first.get(name);
      const spot = [...path, at].join('.');
      if (before === undefined) first.set(name, at);
      else if (!told.has(spot)) warn('lint.duplicate', [...path, at], `${what} as entry ${before + 1}`);
      if (before !== undefined) told.add(spot);
    }
  }
}
