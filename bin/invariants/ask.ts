import type pg from 'pg';
import type { InvariantId, Violation } from './violation.ts';

/** What a row that comes back means, and the query that gives one row, with a column `what`, for each place where that is so. */
export type Question = readonly [meaning: string, sql: string];

/** Every row of every answer is a violation. */
export async function ask(client: pg.Client, invariant: InvariantId, questions: readonly Question[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [meaning, question] of questions) {
    const { rows } = await client.query<{ what: string }>(question);
    for (const { what } of rows) violations.push({ invariant, message: `${meaning}: ${what}` });
  }
  return violations;
}
