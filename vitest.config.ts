import { defineConfig } from 'vitest/config';
import SummaryReporter from './test/support/summary-reporter.ts';

/** Tests that start whole stacks, drive the clock of the machine or fill both cores: one file at a time, after all others. */
const ALONE = ['test/integration/stack/**/*.test.ts', 'test/e2e/{demo,faults,pack}/**/*.test.ts'];

const HOOK_TIMEOUT_MS = 120_000;

/**
 * `unit` needs no service and takes seconds; `integration` shares one PostgreSQL and one Temporal server, started by its global set-up,
 * two files at a time; `stack` starts and kills servers of its own.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['node_modules/**', '.energyopti/**', 'test/**', 'bench/**', 'web/**', 'dist/**'],
          environment: 'node',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          environment: 'node',
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: HOOK_TIMEOUT_MS,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'stack',
          include: ALONE,
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: HOOK_TIMEOUT_MS,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
