import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Db, withTenant } from '../../../../db/client.ts';
import { insertDeliveryIntervals } from '../../../../db/queries/booking.ts';
import { insertObligations } from '../../../../db/queries/obligations.ts';
import type { Row } from '../../../../db/schema.ts';
import { expandDelivery } from '../../../../domain/settlement/delivery-intervals.ts';
import { termsFingerprint } from '../../../../domain/trade/terms-fingerprint.ts';
import { type OfficialSchemas, createOfficialSchemas } from '../../../../reports/xml/official-xsd.ts';
import { type Actor, SYSTEM_ACTOR } from '../../../../services/context.ts';
import { type TestContext, createTestContext, seedTenant } from '../../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { sampleDraft } from '../../../support/sample-draft.ts';

export const COMPLIANCE: Actor = { id: 'user-compliance', role: 'compliance' };
export const BACK_OFFICE: Actor = { id: 'user-back', role: 'backOffice' };
export const CHANNEL_ID = 'sandbox';

/** A tenant with its database; trades and obligations are put in as booking leaves them. */
export type World = {
  readonly database: TestDatabase;
  readonly tenantId: string;
  /** Acts as our own workflows. */
  readonly ctx: TestContext;
  readonly schemas: OfficialSchemas;
  as(actor: Actor, requestId?: string): TestContext;
  close(): Promise<void>;
};

export async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  const { tenantId, ctx } = await seedTenant({ database });
  const schemaDir = process.env['SCHEMA_DIR'] ?? path.join(import.meta.dirname, '../../../../../shared/schemas');
  const schemas = createOfficialSchemas(existsSync(schemaDir) ? { schemaDir } : {});
  const as = (actor: Actor, requestId?: string): TestContext =>
    createTestContext({ db: database.db, tenantId, actor, clock: ctx.clock, ...(requestId === undefined ? {} : { requestId }) });
  return {
    database,
    tenantId,
    ctx: as(SYSTEM_ACTOR),
    schemas,
    as,
    close: async () => {
      schemas[Symbol.dispose]();
      await database.drop();
    },
  };
}

/** A booked trade with its delivery intervals; `changes` replace fields of the sample draft. */
export async function addBookedTrade(
  world: World,
  changes: Readonly<Record<string, unknown>> = {},
  state: 'booked' | 'checking' | 'held' | 'cancelled' = 'booked',
): Promise<string> {
  const { ctx, tenantId } = world;
  const id = ctx.ids.next('trd');
  const { terms } = sampleDraft({ sourceTradeId: id, ...changes });
  const at = ctx.clock.now();
  await withTenant(ctx.db, tenantId, async (tx) => {
    await tx
      .insertInto('trades')
      .values({
        tenant_id: tenantId,
        id,
        source_system: 'etrm',
        source_trade_id: id,
        current_version: 1,
        booked_version: state === 'booked' || state === 'cancelled' ? 1 : null,
        state,
        state_since: at,
        counterparty_id: terms.counterpartyId,
        agreement_id: terms.agreementId,
        book_id: terms.bookId,
        trader_id: terms.traderId,
        market: terms.market,
        commodity: terms.commodity,
        delivery_start_date: terms.deliveryStartDate,
        delivery_end_date: terms.deliveryEndDate,
        created_at: at,
        updated_at: at,
      })
      .execute();
    await tx
      .insertInto('trade_versions')
      .values({
        tenant_id: tenantId,
        trade_id: id,
        version: 1,
        kind: 'new',
        terms: JSON.stringify(terms),
        terms_sha256: termsFingerprint(terms),
        reason: null,
        state: state === 'booked' || state === 'cancelled' ? 'booked' : state,
        created_by: 'user-upstream',
        request_id: ctx.requestId,
        created_at: at,
      })
      .execute();
    if (state === 'booked' || state === 'cancelled') {
      await insertDeliveryIntervals(tx, { tenantId, tradeId: id, version: 1, intervals: expandDelivery(terms) });
    }
  });
  return id;
}

/** An obligation of a trade, due ten hours after it was made unless `dueInMs` says otherwise. */
export async function addObligation(
  world: World,
  input: { tradeId: string; uti: string; sequence?: number; action?: 'N' | 'M' | 'C' | 'E'; dueInMs?: number },
): Promise<string> {
  const { ctx, tenantId } = world;
  const id = ctx.ids.next('obl');
  const at = ctx.clock.now();
  const dueAt = new Date(at.getTime() + (input.dueInMs ?? 10 * 3_600_000));
  await withTenant(ctx.db, tenantId, (tx) =>
    insertObligations(tx, [
      {
        tenant_id: tenantId,
        id,
        trade_id: input.tradeId,
        trade_version: 1,
        regime: 'REMIT',
        uti: input.uti,
        action: input.action ?? 'N',
        sequence: input.sequence ?? 1,
        due_on: dueAt.toISOString().slice(0, 10),
        due_at: dueAt,
        rule: 'remit.2026-256.bilateral',
        reason: 'a wholesale energy product delivered in the Union',
        state: 'pending',
        created_at: at,
        updated_at: at,
      },
    ]),
  );
  return id;
}

/** The rows of a table that belong to this tenant, as they stand. */
export async function obligationOf(world: World, id: string): Promise<Row<'obligations'>> {
  return await inTenant(world, (db) => db.selectFrom('obligations').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

export async function submissionOf(world: World, id: string): Promise<Row<'submissions'>> {
  return await inTenant(world, (db) => db.selectFrom('submissions').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

export async function openExceptionsOf(world: World, subjectId: string): Promise<Row<'exceptions'>[]> {
  return await inTenant(world, (db) =>
    db.selectFrom('exceptions').selectAll().where('subject_id', '=', subjectId).where('state', '=', 'open').execute(),
  );
}

/** Each revision of a subject has exactly one audit event; gives back the actions in order. */
export async function auditedActions(world: World, subjectId: string): Promise<string[]> {
  const rows = await inTenant(world, (db) =>
    db.selectFrom('audit_events').select(['action', 'revision']).where('subject_id', '=', subjectId).orderBy('revision').execute(),
  );
  return rows.map(({ action, revision }) => `${revision} ${action}`);
}

export async function inTenant<T>(world: World, work: (db: Db) => Promise<T>): Promise<T> {
  return await withTenant(world.ctx.db, world.tenantId, (tx) => work(tx));
}
