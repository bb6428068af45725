import { z } from 'zod';

const text = z.string().trim().min(1);
const contract = {
  verify_command: text.optional(),
  output_assertion: text.optional(),
  expected_artifacts: z.array(text).optional(),
};
const field = z.strictObject({ name: text, type: text, description: text });

/** Criteria that one generation may add. */
const MAX_ADDED = 5;

/** What is to become of one criterion; of those that are not named nothing is changed. */
const CHANGE = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('keep'), id: text, why: z.string().optional() }),
  z.strictObject({ action: z.literal('revise'), id: text, description: text.optional(), ...contract, why: z.string().optional() }),
  z.strictObject({ action: z.literal('add'), description: text, ...contract, depends_on: z.array(text).optional(), why: z.string().optional() }),
]);

/** The next specification, said as what is other than in this one. */
export const REFLECTION = z.strictObject({
  criteria: z.array(CHANGE).refine((all) => all.filter((one) => one.action === 'add').length <= MAX_ADDED, { error: `at most ${MAX_ADDED} may be added` }),
  ontology: z.strictObject({ add: z.array(field).optional(), modify: z.array(field).optional(), remove: z.array(text).optional() }).optional(),
  goal: text.optional(),
  constraints: z.array(text).optional(),
  reasons: z.string().optional(),
});

export type Reflection = z.infer<typeof REFLECTION>;
export type CriterionChange = z.infer<typeof CHANGE>;
