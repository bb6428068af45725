import { writeYaml } from './to-yaml.ts';
import { TASK_TYPES, type TaskType } from './types.ts';

/** What is known already. */
export interface TemplateParts {
  readonly task_type?: TaskType;
  readonly constraints?: readonly string[];
  /** Descriptions of the first criteria. */
  readonly criteria?: readonly string[];
  /** The work goes on in an existing project. */
  readonly brownfield?: boolean;
}

/** A seed to be edited by a person: valid as it stands, with a word on every part. */
export function seedTemplate(goal: string, parts: TemplateParts = {}): string {
  const { task_type = 'code', constraints = [], criteria = [], brownfield = false } = parts;
  return [
    '# A seed says what is to be done and how everybody can tell that it is done.\n# Check it with `oxios seed lint FILE`, run it with `oxios run FILE`.\n',
    `# One sentence: what is there at the end, and for whom.\n${writeYaml({ goal })}`,
    `# One of ${TASK_TYPES.join(', ')}.\n${writeYaml({ task_type })}`,
    `# What must stay true all the time.\n${list('constraints', constraints, 'Works without a network connection')}`,
    `${CRITERIA_NOTE}acceptance_criteria:\n${(criteria.length > 0 ? criteria : [undefined]).map((one, at) => criterion(one, at, LEAVES[task_type])).join('')}`,
    `# The things the work is about, so that everybody means the same by a word.\n${ONTOLOGY}`,
    `# What a good result is weighed by, 0 to 1 each.\n${PRINCIPLES}`,
    brownfield ? `# The project that the work goes on in.\n${BROWNFIELD}` : '',
    SETTINGS,
    `# How much was still open when this was written: 0 is clear, above 0.2 is too much. The id comes by itself.\n${METADATA}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const CRITERIA_NOTE = `# Each one is worked on and checked by itself. A text with ": " in it needs quotes.
#   verify_command      a shell command that fails as long as the criterion does not hold; whoever does the work never sees it
#   output_assertion    text that the command prints when all is well
#   expected_artifacts  files that exist afterwards
#   depends_on          ids of criteria that come first
`;

const list = (name: string, entries: readonly string[], example: string): string =>
  entries.length > 0 ? writeYaml({ [name]: entries }) : `${name}: []\n  # - ${example}\n`;

/** What work of a kind usually leaves: the first thing a person changes. */
const LEAVES: Readonly<Record<TaskType, string>> = {
  code: 'README.md',
  research: 'findings.md',
  analysis: 'analysis.md',
  artifact: 'dist/artifact.txt',
  document: 'document.md',
  documentation: 'docs/README.md',
  presentation: 'slides.md',
};

function criterion(description: string | undefined, at: number, leaves: string): string {
  const text = writeYaml({ description: description ?? 'Replace this: what can be seen from outside when it works' });
  return `  - id: criterion-${at + 1}
    ${text.trimEnd().replaceAll('\n', '\n    ')}
    verify_command: test -s ${leaves}
    expected_artifacts:
      - ${leaves}
    # output_assertion: "5 passed"
    # timeout_s: 60
`;
}

const ONTOLOGY = `ontology_schema:
  name: Domain
  description: "Replace this: the concepts of the work and how they belong together"
  fields:
    - name: item
      type: entity
      description: "Replace this: what an item is"
`;

const PRINCIPLES = `evaluation_principles:
  - name: correctness
    description: Every criterion holds, also at the edges
    weight: 1.0
`;

const BROWNFIELD = `brownfield_context:
  project_type: brownfield
  context_references:
    - path: .
      role: primary
  existing_patterns: []
  existing_dependencies: []
`;

const SETTINGS = `# What the run may use, upper limits each. Remove the sign # to set one.
# oxios:
#   model: anthropic/claude-sonnet-5-5
#   budget: {usd: 2, minutes: 30, tool_calls: 200}
#   role: standard
#   capabilities: ["exec:npm"]
`;

const METADATA = `metadata:
  version: "1.0.0"
  ambiguity_score: 0.1
`;
