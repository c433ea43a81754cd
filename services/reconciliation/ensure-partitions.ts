import { sql } from 'kysely';
import type { Db } from '../../db/client.ts';
import type { Clock } from '../../domain/time/clock.ts';

/** How many months ahead rows of each table may be written: deliveries of long contracts, the others only of the near future. */
const MONTHS_AHEAD = { audit_events: 6, prices: 12, delivery_intervals: 48 } as const;
const MONTHS_BACK = 1;

/** Makes the monthly partitions that the coming months need. Harmless when repeated; run daily. */
export async function ensurePartitions({ db, clock }: { db: Db; clock: Clock }): Promise<void> {
  const today = clock.now().toISOString().slice(0, 10);
  for (const [table, monthsAhead] of Object.entries(MONTHS_AHEAD)) {
    await sql`select ensure_month_partitions(
      ${table},
      (${today}::date - make_interval(months => ${MONTHS_BACK}))::date,
      (${today}::date + make_interval(months => ${monthsAhead}))::date
    )`.execute(db);
  }
}
