import { startTestServer } from './database.ts';
import { startTestTemporalServer } from './temporal.ts';

type Started = { stop(): Promise<void> };

/**
 * Starts one PostgreSQL and one Temporal server for all files of the run, where the surroundings give none, and stops them at its end.
 * Both hang on this process: where it is killed they end by themselves.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const started: Started[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.map((server) => server.stop()));
  };
  try {
    if (isAbsent('TEST_DATABASE_URL')) {
      const postgres = await startTestServer();
      started.push(postgres);
      process.env['TEST_DATABASE_URL'] = postgres.adminUrl;
    }
    if (isAbsent('TEST_TEMPORAL_ADDRESS')) {
      const temporal = await startTestTemporalServer();
      started.push(temporal);
      process.env['TEST_TEMPORAL_ADDRESS'] = temporal.address;
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}

function isAbsent(name: string): boolean {
  return (process.env[name] ?? '') === '';
}
