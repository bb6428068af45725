import { z } from 'zod';

/** Words that were said, and where: `request`, `q2`, `c1`. */
export const QUOTES = z.array(z.object({ from: z.string(), text: z.string() })).default([]);
