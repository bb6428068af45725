import { defineConfig } from 'vitest/config';

/** The limits only end a test that hangs: no test's outcome depends on time. Two workers fit the smallest CI machine. */
export default defineConfig({
  test: { include: ['test/**/*.test.{ts,tsx}'], pool: 'forks', maxWorkers: 2, testTimeout: 600_000, hookTimeout: 600_000 },
});
