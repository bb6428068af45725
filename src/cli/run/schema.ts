import { z } from 'zod';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import { readNamed } from '../named-file.ts';

/** A JSON Schema the answer has to fit. */
export interface AnswerSchema {
  /** What the agent is told of it. */
  readonly instruction: string;
  /** The answer as JSON on one line. Throws OUTPUT_INVALID. */
  check(answer: string): string;
}

export function readAnswerSchema(file: string): AnswerSchema {
  const schema = parsedSchema(file);
  return {
    instruction: `Your last answer must be JSON alone, without prose or code fences, that fits this JSON Schema:\n${JSON.stringify(schema.source)}`,
    check(answer) {
      const invalid = (why: string) =>
        new OxiosError('OUTPUT_INVALID', `the answer does not fit ${file}: ${why}`, { hint: 'ask again, or see what it was with oxios logs' });
      let value: unknown;
      try {
        value = JSON.parse(unfenced(answer));
      } catch (error) {
        throw invalid(messageOf(error));
      }
      const fit = schema.type.safeParse(value);
      if (!fit.success) throw invalid(z.prettifyError(fit.error));
      return JSON.stringify(value);
    },
  };
}

const HINT = 'give a JSON Schema in a file, such as {"type": "object", "required": ["name"]}';

function parsedSchema(file: string): { source: unknown; type: z.ZodType } {
  try {
    const source = JSON.parse(new TextDecoder().decode(readNamed(file, { missing: HINT, folder: HINT }))) as Parameters<typeof z.fromJSONSchema>[0];
    return { source, type: z.fromJSONSchema(source) };
  } catch (error) {
    if (error instanceof OxiosError) throw error;
    throw new OxiosError('USAGE', `${file} is no JSON Schema: ${messageOf(error)}`, { hint: HINT, cause: error });
  }
}

/** Models put fences around JSON whatever they are told. */
const unfenced = (text: string): string => /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/u.exec(text)?.[1] ?? text;
