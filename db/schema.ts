import type { ColumnType, Generated, Insertable, Selectable, Updateable } from 'kysely';

/** `timestamptz`: read as a `Date`, written as a `Date`. */
type Timestamp = ColumnType<Date, Date, Date>;
/** `date`: read and written as `YYYY-MM-DD` text (the driver is told not to make a `Date` of it). */
type DateColumn = ColumnType<string, string, string>;
/** `numeric`: always text, so that no binary float touches it. */
type Numeric = ColumnType<string, string, string>;
/** Any JSON: written as text by `JSON.stringify`, read as the parsed value, which the reader narrows. */
type Json = ColumnType<unknown, string, string>;
type Bytes = ColumnType<Buffer, Uint8Array, Uint8Array>;

export type TenantsTable = {
  id: string;
  legal_entity: Json;
  reporting_entity_acer_code: string;
  channel_id: string;
  created_at: Timestamp;
};
export type UsersTable = { tenant_id: string; id: string; name: string; role: string; active: Generated<boolean>; created_at: Timestamp };
export type ApiKeysTable = {
  tenant_id: string;
  id: string;
  user_id: string;
  key_sha256: Bytes;
  created_at: Timestamp;
  expires_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  revoked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
};
export type CounterpartiesTable = {
  tenant_id: string;
  id: string;
  name: string;
  lei: string;
  acer_code: string;
  eic: string | null;
  address: Json;
  vat_number: string;
  is_taxable_dealer: boolean;
  iban: string | null;
  bic: string | null;
  created_at: Timestamp;
};
export type AgreementsTable = {
  tenant_id: string;
  id: string;
  counterparty_id: string;
  name: string;
  due_day: number;
  calendar: string;
  rounding_places: number;
  created_at: Timestamp;
};
export type BooksTable = { tenant_id: string; id: string; name: string; created_at: Timestamp };
export type TradersTable = { tenant_id: string; id: string; name: string; mandate: Json; created_at: Timestamp };
export type RestrictionsTable = {
  tenant_id: string;
  id: string;
  subject_kind: 'counterparty' | 'market';
  subject_id: string;
  reason: string;
  valid_from: DateColumn;
  valid_to: ColumnType<string | null, string | null, string | null>;
  created_at: Timestamp;
};
export type PricesTable = {
  tenant_id: string;
  curve_id: string;
  quoted_on: DateColumn;
  delivery_month: string;
  price: Numeric;
  currency: string;
  provenance: 'live' | 'imported' | 'simulated';
  known_at: Timestamp;
};
export type TradesTable = {
  tenant_id: string;
  id: string;
  source_system: string;
  source_trade_id: string;
  current_version: number;
  booked_version: number | null;
  state: string;
  state_since: Timestamp;
  counterparty_id: string;
  book_id: string;
  trader_id: string;
  /** One of the agreements with this counterparty: the database holds both to it. */
  agreement_id: string;
  market: string;
  commodity: string;
  delivery_start_date: DateColumn;
  delivery_end_date: DateColumn;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type TradeVersionsTable = {
  tenant_id: string;
  trade_id: string;
  version: number;
  kind: 'new' | 'amend' | 'cancel';
  terms: Json;
  terms_sha256: string;
  reason: string | null;
  state: 'captured' | 'checking' | 'held' | 'rejected' | 'booked';
  created_by: string;
  request_id: string;
  created_at: Timestamp;
  /** Made by the database: a fingerprint of the terms without venue, UTI and time of conclusion, to find look-alikes. */
  economics_md5: ColumnType<string, never, never>;
};
export type LimitsTable = {
  tenant_id: string;
  id: string;
  scope: 'tenant' | 'book' | 'trader' | 'counterparty';
  scope_id: string;
  commodity: string | null;
  measure: 'notionalEur' | 'volumeMwh' | 'creditEur';
  bound: Numeric;
  warn_ratio: Numeric;
  used: ColumnType<string, string | undefined, string>;
  reserved: ColumnType<string, string | undefined, string>;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type ReservationsTable = {
  tenant_id: string;
  limit_id: string;
  trade_id: string;
  trade_version: number;
  /** What this version uses of the limit once booked. */
  amount: Numeric;
  /** What it holds beyond the confirmed use of the version before it, while in flight. */
  held: Numeric;
  state: 'held' | 'confirmed' | 'released';
  is_override: Generated<boolean>;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type DecisionsTable = {
  tenant_id: string;
  trade_id: string;
  trade_version: number;
  stage: 'risk' | 'compliance' | 'reporting';
  rule_id: string;
  rule_version: number;
  outcome: 'pass' | 'warn' | 'hold' | 'block';
  inputs: Json;
  explanation: string;
  created_at: Timestamp;
};
export type ApprovalsTable = {
  tenant_id: string;
  trade_id: string;
  trade_version: number;
  decision: 'approve' | 'reject' | 'expire';
  reason: string;
  maker: string;
  decided_by: string;
  decided_at: Timestamp;
};
export type ExceptionKind =
  | 'heldTrade'
  | 'unreportableTrade'
  | 'rejectedReport'
  | 'unknownOutcome'
  | 'deadlineAtRisk'
  | 'deadlineBreached'
  | 'quarantinedReceipt'
  | 'settlementBlocked'
  | 'workflowFailed';
export type ExceptionsTable = {
  tenant_id: string;
  id: string;
  kind: ExceptionKind;
  subject_kind: 'trade' | 'obligation' | 'submission' | 'receipt' | 'cycle';
  subject_id: string;
  trade_id: string | null;
  reason: string;
  next_action: string;
  owner_role: string;
  since: Timestamp;
  deadline: ColumnType<Date | null, Date | null, Date | null>;
  state: 'open' | 'resolved';
  resolution: string | null;
  resolved_by: string | null;
  resolved_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  revision: Generated<number>;
};
export type ObligationState = 'pending' | 'prepared' | 'sent' | 'rrmAccepted' | 'accepted' | 'rejected' | 'invalid' | 'withdrawn';
export type ObligationsTable = {
  tenant_id: string;
  id: string;
  trade_id: string;
  trade_version: number;
  regime: 'REMIT' | 'EMIR_EU' | 'EMIR_UK';
  uti: string;
  action: 'N' | 'M' | 'C' | 'E';
  sequence: number;
  due_on: DateColumn;
  due_at: Timestamp;
  rule: string;
  reason: string;
  state: ObligationState;
  overrides: ColumnType<unknown, string | undefined, string>;
  warned_percent: Generated<number>;
  breached_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  accepted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type SubmissionState = 'prepared' | 'sending' | 'unknown' | 'delivered' | 'rrmAccepted' | 'accepted' | 'rejected';
export type SubmissionsTable = {
  tenant_id: string;
  id: string;
  obligation_id: string;
  number: number;
  channel_id: string;
  file_name: string;
  document: Bytes;
  sha256: string;
  size_bytes: number;
  state: SubmissionState;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type AttemptsTable = {
  tenant_id: string;
  submission_id: string;
  number: number;
  started_at: Timestamp;
  finished_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  outcome: 'delivered' | 'refused' | 'notSent' | 'unknown' | null;
  detail: string | null;
};
export type ReceiptsTable = {
  tenant_id: string;
  id: string;
  channel_id: string;
  message_id: string;
  file_name: string;
  submission_id: string | null;
  stage: 'transport' | 'rrm' | 'aris' | null;
  status: 'accepted' | 'rejected' | 'partial' | null;
  findings: ColumnType<unknown, string | undefined, string>;
  document: Bytes;
  sha256: string;
  state: 'bound' | 'quarantined';
  quarantine_reason: string | null;
  received_at: Timestamp;
};
export type FileSequencesTable = { tenant_id: string; file_date: DateColumn; schema_name: string; sender: string; last_number: number };
export type ChannelCursorsTable = { tenant_id: string; channel_id: string; cursor: string; updated_at: Timestamp };
export type DeliveryIntervalsTable = {
  tenant_id: string;
  trade_id: string;
  trade_version: number;
  start_at: Timestamp;
  end_at: Timestamp;
  delivery_month: string;
  quantity_mw: Numeric;
  energy_mwh: Numeric;
};
export type CycleState = 'open' | 'closing' | 'blocked' | 'invoiced' | 'settled' | 'empty';
export type SettlementCyclesTable = {
  tenant_id: string;
  id: string;
  counterparty_id: string;
  agreement_id: string;
  delivery_month: string;
  state: CycleState;
  closes_at: Timestamp;
  invoice_on: DateColumn;
  blocked_reason: string | null;
  revision: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
};
export type InvoiceCountersTable = { tenant_id: string; series: string; year: number; last_number: number };
export type InvoicesTable = {
  tenant_id: string;
  id: string;
  cycle_id: string;
  series: string;
  year: number;
  number: number;
  invoice_number: string;
  kind: 'invoice' | 'selfBill' | 'creditNote' | 'selfBillCreditNote';
  direction: 'sell' | 'buy';
  commodity: 'power' | 'gas';
  currency: string;
  net: Numeric;
  vat: Numeric;
  total: Numeric;
  issued_on: DateColumn;
  due_on: DateColumn;
  model: Json;
  document: Bytes;
  sha256: string;
  created_at: Timestamp;
};
export type InvoiceLinesTable = {
  tenant_id: string;
  invoice_id: string;
  line_number: number;
  trade_id: string;
  trade_version: number;
  description: string;
  energy_mwh: Numeric;
  price: Numeric;
  net: Numeric;
  formula: string;
};
export type PaymentsTable = {
  tenant_id: string;
  id: string;
  invoice_id: string;
  amount: Numeric;
  currency: string;
  value_date: DateColumn;
  bank_reference: string;
  recorded_by: string;
  created_at: Timestamp;
};
export type JournalsTable = {
  tenant_id: string;
  id: string;
  source_kind: 'invoice' | 'payment';
  source_id: string;
  value_date: DateColumn;
  created_at: Timestamp;
};
export type PostingsTable = {
  tenant_id: string;
  journal_id: string;
  line_number: number;
  account: string;
  counterparty_id: string;
  currency: string;
  amount: Numeric;
};
export type AuditEventsTable = {
  tenant_id: string;
  id: string;
  recorded_at: Timestamp;
  subject_kind: string;
  subject_id: string;
  revision: number;
  action: string;
  actor: string;
  role: string;
  on_behalf_of: string | null;
  reason: string | null;
  request_id: string;
  workflow_id: string | null;
  before: ColumnType<unknown, string | null, never>;
  after: ColumnType<unknown, string | null, never>;
};
export type OutboxKind = 'startTrade' | 'startReporting' | 'startSettlement' | 'signalReceipt' | 'signalVersion' | 'webhook';
export type OutboxTable = {
  seq: Generated<string>;
  tenant_id: string;
  id: string;
  kind: OutboxKind;
  payload: Json;
  created_at: Timestamp;
  dispatched_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  attempts: Generated<number>;
  last_error: ColumnType<string | null, string | null | undefined, string | null>;
  /** After a failure: not before this instant. */
  next_attempt_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
};
export type IdempotencyKeysTable = {
  tenant_id: string;
  route: string;
  key: string;
  fingerprint: string;
  status: number | null;
  headers: ColumnType<unknown, string | null, string | null>;
  body: string | null;
  created_at: Timestamp;
  expires_at: Timestamp;
};
export type WebhookEndpointsTable = {
  tenant_id: string;
  id: string;
  url: string;
  secret: string;
  active: Generated<boolean>;
  created_at: Timestamp;
};
export type WebhookDeliveriesTable = {
  tenant_id: string;
  id: string;
  endpoint_id: string;
  event_type: string;
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: Generated<number>;
  last_status: number | null;
  last_error: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
};

/** Every table. `numeric` and `int8` come back as text; `date` as `YYYY-MM-DD`; `timestamptz` as `Date`. */
export type Database = {
  tenants: TenantsTable;
  users: UsersTable;
  api_keys: ApiKeysTable;
  counterparties: CounterpartiesTable;
  agreements: AgreementsTable;
  books: BooksTable;
  traders: TradersTable;
  restrictions: RestrictionsTable;
  prices: PricesTable;
  trades: TradesTable;
  trade_versions: TradeVersionsTable;
  limits: LimitsTable;
  reservations: ReservationsTable;
  decisions: DecisionsTable;
  approvals: ApprovalsTable;
  exceptions: ExceptionsTable;
  obligations: ObligationsTable;
  submissions: SubmissionsTable;
  attempts: AttemptsTable;
  receipts: ReceiptsTable;
  file_sequences: FileSequencesTable;
  channel_cursors: ChannelCursorsTable;
  delivery_intervals: DeliveryIntervalsTable;
  settlement_cycles: SettlementCyclesTable;
  invoice_counters: InvoiceCountersTable;
  invoices: InvoicesTable;
  invoice_lines: InvoiceLinesTable;
  payments: PaymentsTable;
  journals: JournalsTable;
  postings: PostingsTable;
  audit_events: AuditEventsTable;
  outbox: OutboxTable;
  idempotency_keys: IdempotencyKeysTable;
  webhook_endpoints: WebhookEndpointsTable;
  webhook_deliveries: WebhookDeliveriesTable;
};

export type Row<T extends keyof Database> = Selectable<Database[T]>;
export type NewRow<T extends keyof Database> = Insertable<Database[T]>;
export type RowUpdate<T extends keyof Database> = Updateable<Database[T]>;
