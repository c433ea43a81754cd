import { defineConfig } from 'vitest/config';

/** `unit` needs no service and takes seconds; `integration` starts PostgreSQL, Temporal and the sandbox once for all files. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['node_modules/**', '.energyopti/**', 'test/**', 'bench/**', 'web/**', 'dist/**'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
