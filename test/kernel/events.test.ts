import { expect, test } from 'vitest';
import type { ZodObject } from 'zod';
import { KERNEL_BODIES, KERNEL_EVENTS, standIn } from '../../src/kernel/events.ts';
import { OUROBOROS_BODIES, OUROBOROS_EVENTS } from '../../src/ouroboros/events.ts';

const SCHEMAS: Readonly<Record<string, ZodObject>> = { ...KERNEL_EVENTS, ...OUROBOROS_EVENTS };
const ROWS = Object.entries({ ...KERNEL_BODIES, ...OUROBOROS_BODIES }).flatMap(([type, fields]) => fields.map((field) => [type, field] as const));

test.each(ROWS)('what stands for a redacted body has the form of one: %s %s', (type, field) => {
  const shape = SCHEMAS[type]?.shape[field];
  expect(shape).toBeDefined();
  expect(shape?.safeParse(standIn(type, field))).toMatchObject({ success: true });
});
