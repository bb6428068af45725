/** A seed to start from, with a word on every field that matters; valid as it stands. */
export const seedTemplate = (goal: string): string => `# A seed: what is to be built, and how anybody can tell that it was.
# Check it with: oxios seed lint seed.yaml        Run it with: oxios run seed.yaml
goal: ${JSON.stringify(goal)}
task_type: code

# What must hold all the time.
constraints: []

# Each criterion is checked by itself. The verify_command runs in a disposable copy of the workspace, without network;
# the agent that does the work never sees it.
acceptance_criteria:
  - id: first
    description: Replace this with something that must be true when the work is done
    verify_command: test -s README.md
    expected_artifacts: [README.md]

# The things the work is about.
ontology_schema:
  name: Domain
  description: The concepts of the work and how they hang together
  fields:
    - {name: item, type: entity, description: Replace this with a concept}

metadata:
  version: "1.0.0"
  ambiguity_score: 0.1

# What the run may do and use; all optional.
oxios:
  budget: {minutes: 30, tool_calls: 200}
  capabilities: []
`;
