import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/gateway/app.ts';
import { MAX_BODY_BYTES, MAX_RUN_BYTES } from '../../src/gateway/body.ts';
import { EVENTS_QUERY, RESUME_OPTIONS, RUN_REQUEST } from '../../src/gateway/schemas.ts';
import { openTestKernel, type TestKernel } from '../helpers/kernel.ts';
import { ROOT } from '../helpers/oxios.ts';

const page = readFileSync(join(ROOT, 'docs/gateway.md'), 'utf8');

let here: TestKernel;
beforeAll(() => {
  here = openTestKernel();
});
afterAll(() => here.close());

test('docs/gateway.md lists the routes that there are', () => {
  const { routes } = createApp(here.gateway);
  const served = routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/gu, (_, name: string) => name.toUpperCase())}`);
  const listed = [...page.matchAll(/^\| `((?:GET|POST) [^`]+)`/gmu)].map(([, route]) => route);
  expect(served.length).toBeGreaterThan(10);
  expect(listed.toSorted()).toEqual([...new Set(served)].toSorted());
});

test('it names every field of a request and every parameter of the events', () => {
  const row = (route: string): string => page.split('\n').find((line) => line.startsWith(`| \`${route}\``)) ?? '';
  for (const field of Object.keys(RUN_REQUEST.shape)) expect(row('POST /v1/runs')).toContain(field);
  for (const field of Object.keys(RESUME_OPTIONS.shape)) expect(row('POST /v1/runs/RUN/resume')).toContain(field);
  for (const name of Object.keys(EVENTS_QUERY.shape)) expect(page).toMatch(new RegExp(`^\\| \`${name}\\b|^\\| .*, \`${name}\``, 'mu'));
});

test('it names the caps that hold', () => {
  expect(page).toContain(`at most ${MAX_BODY_BYTES / 1024 ** 2} MB, ${MAX_RUN_BYTES / 1024 ** 2} MB where a run begins`);
});
