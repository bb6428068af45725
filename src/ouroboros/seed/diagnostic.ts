/** Every kind of finding in a seed file, and what it says. Data; `lint.*` are warnings, the rest are errors. */
export const DIAGNOSTICS = {
  'file.size': 'The file is larger than a seed may be.',
  'file.encoding': 'The file is not UTF-8 text.',
  'file.character': 'The file holds a character that YAML text may not hold.',
  'yaml.syntax': 'The text is not YAML.',
  'yaml.tab': 'A tab stands where YAML wants spaces.',
  'yaml.documents': 'The file holds more than one YAML document.',
  'yaml.tag': 'A tag asks for a type that a seed cannot hold.',
  'yaml.alias': 'An anchor or alias cannot be resolved, or repeats too much.',
  'yaml.depth': 'Values are nested too deeply.',
  'yaml.key': 'A key of a mapping is itself a list or a mapping.',
  'yaml.value': 'A value looks like a number or a date but is none.',
  'seed.required': 'A required key is missing.',
  'seed.type': 'A value has another type than the key asks for.',
  'seed.value': 'A value is of the right type but not allowed.',
  'seed.extra': 'An unknown top-level key holds something that JSON cannot carry.',
  'criterion.contract': 'The evidence fields of a criterion contradict each other.',
  'criterion.artifact': 'An expected artifact is not a portable path inside the workspace.',
  'criterion.dependency': 'A dependency names no other criterion.',
  'lint.blank': 'A text is blank.',
  'lint.no-criteria': 'The seed has no acceptance criteria, so nothing can be approved.',
  'lint.no-evidence': 'A criterion has neither a command nor an artifact that would prove it.',
  'lint.vacuous': 'A verify command succeeds whatever was done.',
  'lint.masked': 'A verify command throws away the exit code that matters.',
  'lint.program': 'A program that a verify command starts is not installed.',
  'lint.assertion': 'An output assertion is dropped because it only restates success.',
  'lint.ambiguity': 'The seed is more ambiguous than a seed that is ready to run.',
  'lint.provenance': 'The metadata contradicts itself.',
  'lint.duplicate': 'The same thing stands in the seed twice.',
  'lint.id': 'The id of a criterion cannot be used.',
  'lint.unknown-key': 'A key is not known.',
  'lint.task-type': 'The task type is not one of the known ones.',
  'lint.number': 'A number is too large to be kept exactly.',
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** Keys and places joined with dots, `acceptance_criteria.0.verify_command`; empty for the whole seed. */
  readonly path: string;
  /** Both count from 1; `col` counts UTF-16 units. */
  readonly line: number;
  readonly col: number;
  readonly message: string;
  readonly hint?: string;
}

export const severityOf = (code: DiagnosticCode): Diagnostic['severity'] => (code.startsWith('lint.') ? 'warning' : 'error');
