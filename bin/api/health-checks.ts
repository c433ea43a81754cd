import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import type { HealthCheck } from '../../api/env.ts';
import type { Db } from '../../db/client.ts';
import type { Clock } from '../../domain/time/clock.ts';

const TEMPORAL_DEADLINE_MS = 1_500;

/** What the API needs to do its work, each asked in the cheapest way that touches the real thing. */
export function createHealthChecks(input: {
  readonly db: Db;
  readonly temporal: Client;
  readonly namespace: string;
  /** The machine's time: it bounds a call to a real server. */
  readonly clock: Clock;
}): readonly HealthCheck[] {
  const { db, temporal, namespace, clock } = input;
  return [
    {
      name: 'database',
      check: async () => {
        await sql`select 1`.execute(db);
      },
    },
    {
      name: 'temporal',
      check: async () => {
        await temporal.withDeadline(clock.now().getTime() + TEMPORAL_DEADLINE_MS, async () => {
          await temporal.workflowService.describeNamespace({ namespace });
        });
      },
    },
  ];
}
