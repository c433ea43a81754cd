import { type Tx, withTenant } from '../../../../db/client.ts';
import { lockTradeVersion } from '../../../../db/queries/booking.ts';
import { listDecisions } from '../../../../db/queries/decisions.ts';
import { limitStateOf, listLimits } from '../../../../db/queries/limits.ts';
import { type StoredReservation, listReservations } from '../../../../db/queries/reservations.ts';
import type { TraderMandate } from '../../../../domain/compliance/trader-mandate.ts';
import type { LimitState } from '../../../../domain/risk/limit.ts';
import type { Actor, ServiceContext } from '../../../../services/context.ts';
import { SYSTEM_ACTOR } from '../../../../services/context.ts';
import { checkCompliance } from '../../../../services/compliance/check-compliance.ts';
import { assessRisk } from '../../../../services/risk/assess-risk.ts';
import { captureTrade } from '../../../../services/trades/capture-trade.ts';
import { type TestContext, createTestClock, createTestContext, seedTenant } from '../../../support/context.ts';
import { type TestDatabase, createTestDatabase } from '../../../support/database.ts';
import { sampleDraft } from '../../../support/sample-draft.ts';
import { SAMPLE_REFERENCE } from '../../../support/sample-reference.ts';

export const WIDE_MANDATE: TraderMandate = {
  commodities: ['power', 'gas'],
  markets: ['DE', 'FR', 'TTF', 'THE'],
  venueKinds: ['organisedMarket', 'bilateral'],
  tenorDaysMax: 1_100,
  volumeMwhMax: '1000000',
  notionalEurMax: '100000000',
};

export type LimitSeed = Pick<LimitState, 'id' | 'scope' | 'scopeId' | 'measure' | 'bound'> &
  Partial<Pick<LimitState, 'commodity' | 'warnRatio'>>;

export type Version = { readonly tradeId: string; readonly version: number };

/** One tenant with parties, one trader and no limits or prices but those that a test adds. */
export type TradeFixture = {
  readonly database: TestDatabase;
  readonly tenantId: string;
  /** Workflows act as this. */
  readonly system: TestContext;
  as(actor: Actor): ServiceContext;
  addLimits(limits: readonly LimitSeed[]): Promise<void>;
  addQuote(quote: { curveId: string; deliveryMonth: string; price: string; quotedOn?: string }): Promise<void>;
  setMandate(mandate: TraderMandate): Promise<void>;
  /** Captures the sample draft with changes; each call is another source id. */
  capture(changes?: Readonly<Record<string, unknown>>): Promise<Version>;
  /** Runs risk and compliance, which have to pass. */
  pass(version: Version): Promise<void>;
  limits(): Promise<Readonly<Record<string, { used: string; reserved: string }>>>;
  reservations(tradeId: string): Promise<readonly StoredReservation[]>;
  decisions(version: Version): Promise<readonly { ruleId: string; outcome: string; explanation: string; inputs: unknown }[]>;
  states(version: Version): Promise<{ trade: string; version: string; revision: number }>;
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

const NOW = '2026-09-29T08:00:00.000Z';

export async function createTradeFixture(given?: TestDatabase): Promise<TradeFixture> {
  const database = given ?? (await createTestDatabase());
  const clock = createTestClock(NOW);
  const reference = { ...SAMPLE_REFERENCE, traders: [], limits: [], prices: [] };
  const { tenantId } = await seedTenant({ database, reference, clock });
  const as = (actor: Actor): TestContext => createTestContext({ db: database.db, tenantId, actor, clock });
  const read = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => await withTenant(database.db, tenantId, work);
  const now = new Date(NOW);
  let sources = 0;
  await read(async (tx) => {
    const trader = { tenant_id: tenantId, id: 'trader-1', name: 'Tom Trader', mandate: JSON.stringify(WIDE_MANDATE), created_at: now };
    await tx.insertInto('traders').values(trader).execute();
  });
  const system = as(SYSTEM_ACTOR);
  return {
    database,
    tenantId,
    system,
    as,
    read,
    addLimits: async (limits) => {
      const rows = limits.map(({ scopeId, commodity, warnRatio, ...limit }) => ({
        ...limit,
        tenant_id: tenantId,
        scope_id: scopeId,
        commodity: commodity ?? null,
        warn_ratio: warnRatio ?? '0.8',
        created_at: now,
        updated_at: now,
      }));
      await read((tx) => tx.insertInto('limits').values(rows).execute());
    },
    addQuote: async ({ curveId, deliveryMonth, price, quotedOn = '2026-09-28' }) => {
      const row = { tenant_id: tenantId, curve_id: curveId, quoted_on: quotedOn, delivery_month: deliveryMonth, price, currency: 'EUR' };
      await read((tx) =>
        tx
          .insertInto('prices')
          .values({ ...row, provenance: 'simulated', known_at: now })
          .execute(),
      );
    },
    setMandate: async (mandate) => {
      await read((tx) =>
        tx
          .updateTable('traders')
          .set({ mandate: JSON.stringify(mandate) })
          .where('id', '=', 'trader-1')
          .execute(),
      );
    },
    capture: async (changes = {}) => {
      sources += 1;
      const draft = sampleDraft({ sourceTradeId: `S-${sources}`, ...changes });
      const { tradeId, version } = await captureTrade({ ctx: as({ id: 'user-upstream', role: 'upstream' }), input: { draft } });
      return { tradeId, version };
    },
    pass: async (version) => {
      const risk = await assessRisk({ ctx: system, input: version });
      const compliance = await checkCompliance({ ctx: system, input: version });
      if (risk.outcome === 'breach' || compliance.outcome !== 'pass') throw new Error(`${risk.explanation} ${compliance.explanation}`);
    },
    limits: async () => {
      const rows = await read((tx) => listLimits(tx, { tenantId, limit: 100 }));
      return Object.fromEntries(rows.map(limitStateOf).map(({ id, used, reserved }) => [id, { used, reserved }]));
    },
    reservations: async (tradeId) => await read((tx) => listReservations(tx, { tenantId, tradeId })),
    decisions: async (version) => {
      const rows = await read((tx) => listDecisions(tx, { tenantId, ...version }));
      return rows.map(({ rule_id, outcome, explanation, inputs }) => ({ ruleId: rule_id, outcome, explanation, inputs }));
    },
    states: async (version) => {
      const locked = await read((tx) => lockTradeVersion(tx, { tenantId, ...version }));
      return { trade: locked.tradeState, version: locked.versionState, revision: locked.revision };
    },
  };
}
