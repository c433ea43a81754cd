import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * The first schema: tenants and their reference data, trades, limits, decisions, reporting, settlement, ledger, audit, outbox.
 * Why: everything later grows on it. Lock and size risk: none, the database is empty. Way back: drop the database.
 *
 * Conventions: every tenant table carries `tenant_id`, row-level security and a composite key that begins with it; every mutable
 * record carries `revision`, raised by one on each change and named by exactly one audit event; numeric for money, price, quantity.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ROLE).execute(db);
  await sql.raw(REFERENCE).execute(db);
  await sql.raw(TRADES).execute(db);
  await sql.raw(RISK_AND_COMPLIANCE).execute(db);
  await sql.raw(REPORTING).execute(db);
  await sql.raw(SETTLEMENT).execute(db);
  await sql.raw(PLUMBING).execute(db);
  await sql.raw(GUARDS).execute(db);
}

const ROLE = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'energyopti_app') then
    create role energyopti_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end $$;
revoke all on schema public from public;
grant usage on schema public to energyopti_app;
`;

const REFERENCE = `
create table tenants (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  legal_entity jsonb not null,
  reporting_entity_acer_code text not null check (length(reporting_entity_acer_code) = 12),
  channel_id text not null,
  created_at timestamptz not null,
  -- A sender has one mailbox and one row of file names at a channel: a second tenant would read the receipts of the first.
  constraint tenants_sender_of_channel unique (channel_id, reporting_entity_acer_code)
);

create table users (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null check (length(name) between 1 and 200),
  role text not null check (role in ('upstream', 'compliance', 'backOffice', 'auditor', 'admin')),
  active boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);

create table api_keys (
  tenant_id text not null,
  id text not null,
  user_id text not null,
  key_sha256 bytea not null unique check (length(key_sha256) = 32),
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index api_keys_user on api_keys (tenant_id, user_id);

create table counterparties (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  lei text not null check (lei ~ '^[A-Z0-9]{18}[0-9]{2}$'),
  acer_code text not null check (length(acer_code) = 12),
  eic text check (eic is null or length(eic) = 16),
  address jsonb not null,
  vat_number text not null,
  is_taxable_dealer boolean not null,
  iban text,
  bic text,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);

create table agreements (
  tenant_id text not null,
  id text not null,
  counterparty_id text not null,
  name text not null,
  due_day int not null check (due_day between 1 and 28),
  calendar text not null,
  rounding_places int not null check (rounding_places between 0 and 6),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, id, counterparty_id),
  foreign key (tenant_id, counterparty_id) references counterparties (tenant_id, id)
);
create index agreements_counterparty on agreements (tenant_id, counterparty_id);

create table books (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);

create table traders (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  mandate jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);

create table restrictions (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null check (subject_kind in ('counterparty', 'market')),
  subject_id text not null,
  reason text not null,
  valid_from date not null,
  valid_to date check (valid_to is null or valid_to >= valid_from),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index restrictions_subject on restrictions (tenant_id, subject_kind, subject_id);

create table prices (
  tenant_id text not null references tenants (id),
  curve_id text not null,
  quoted_on date not null,
  delivery_month text not null check (delivery_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  price numeric not null,
  currency text not null check (currency = 'EUR'),
  provenance text not null check (provenance in ('live', 'imported', 'simulated')),
  known_at timestamptz not null,
  primary key (tenant_id, curve_id, quoted_on, delivery_month)
) partition by range (quoted_on);
create index prices_latest on prices (tenant_id, curve_id, delivery_month, quoted_on desc);
`;

const TRADES = `
create table trades (
  tenant_id text not null references tenants (id),
  id text not null,
  source_system text not null check (length(source_system) between 1 and 60),
  source_trade_id text not null check (length(source_trade_id) between 1 and 100),
  current_version int not null check (current_version >= 1),
  booked_version int check (booked_version is null or booked_version <= current_version),
  state text not null check (state in ('captured', 'checking', 'held', 'rejected', 'booked', 'cancelled', 'settled')),
  state_since timestamptz not null,
  counterparty_id text not null,
  book_id text not null,
  trader_id text not null,
  agreement_id text not null,
  market text not null,
  commodity text not null check (commodity in ('power', 'gas')),
  delivery_start_date date not null,
  delivery_end_date date not null check (delivery_end_date >= delivery_start_date),
  revision int not null default 1 check (revision >= 1),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint trades_source_unique unique (source_trade_id, source_system, tenant_id),
  foreign key (tenant_id, counterparty_id) references counterparties (tenant_id, id),
  foreign key (tenant_id, book_id) references books (tenant_id, id),
  foreign key (tenant_id, trader_id) references traders (tenant_id, id),
  constraint trades_agreement_of_counterparty foreign key (tenant_id, agreement_id, counterparty_id)
    references agreements (tenant_id, id, counterparty_id)
);
create index trades_list on trades (tenant_id, created_at desc, id desc);
create index trades_state on trades (state, tenant_id, created_at desc, id desc);
create index trades_counterparty on trades (counterparty_id, tenant_id);
-- Before the first ANALYZE the planner takes any index that tenant_id can use for as good as the primary key, and of equals the youngest.
-- So few indexes are led by tenant_id, and the primary key is the youngest: or the foreign key of trade_versions would walk through every
-- trade of the tenant for each row, with a plan that is kept.
alter table trades add primary key (tenant_id, id);

create table trade_versions (
  tenant_id text not null,
  trade_id text not null,
  version int not null check (version >= 1),
  kind text not null check (kind in ('new', 'amend', 'cancel')),
  terms jsonb not null,
  terms_sha256 text not null check (terms_sha256 ~ '^[0-9a-f]{64}$'),
  reason text,
  state text not null check (state in ('captured', 'checking', 'held', 'rejected', 'booked')),
  created_by text not null,
  request_id text not null,
  created_at timestamptz not null,
  economics_md5 text generated always as (md5((terms - 'concludedAt' - 'uti' - 'venue')::text)) stored,
  primary key (tenant_id, trade_id, version),
  foreign key (tenant_id, trade_id) references trades (tenant_id, id),
  check (version > 1 or kind = 'new'),
  check (kind = 'new' or reason is not null)
);
create index trade_versions_economics on trade_versions (tenant_id, economics_md5, trade_id);
`;

const RISK_AND_COMPLIANCE = `
create table limits (
  tenant_id text not null references tenants (id),
  id text not null,
  scope text not null check (scope in ('tenant', 'book', 'trader', 'counterparty')),
  scope_id text not null,
  commodity text check (commodity in ('power', 'gas')),
  measure text not null check (measure in ('notionalEur', 'volumeMwh', 'creditEur')),
  bound numeric not null check (bound >= 0),
  warn_ratio numeric not null check (warn_ratio > 0 and warn_ratio <= 1),
  used numeric not null default 0 check (used >= 0),
  reserved numeric not null default 0 check (reserved >= 0),
  revision int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index limits_scope on limits (tenant_id, scope, scope_id);

create table reservations (
  tenant_id text not null,
  limit_id text not null,
  trade_id text not null,
  trade_version int not null,
  amount numeric not null check (amount >= 0),
  held numeric not null check (held >= 0 and held <= amount),
  state text not null check (state in ('held', 'confirmed', 'released')),
  is_override boolean not null default false,
  revision int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, limit_id, trade_id, trade_version),
  foreign key (tenant_id, limit_id) references limits (tenant_id, id),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version)
);
create index reservations_trade on reservations (tenant_id, trade_id, trade_version);

create table decisions (
  tenant_id text not null,
  trade_id text not null,
  trade_version int not null,
  stage text not null check (stage in ('risk', 'compliance', 'reporting')),
  rule_id text not null,
  rule_version int not null check (rule_version >= 1),
  outcome text not null check (outcome in ('pass', 'warn', 'hold', 'block')),
  inputs jsonb not null,
  explanation text not null,
  created_at timestamptz not null,
  primary key (tenant_id, trade_id, trade_version, stage, rule_id),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version)
);

create table approvals (
  tenant_id text not null,
  trade_id text not null,
  trade_version int not null,
  decision text not null check (decision in ('approve', 'reject', 'expire')),
  reason text not null check (length(reason) between 1 and 2000),
  maker text not null,
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (tenant_id, trade_id, trade_version),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version),
  constraint maker_is_never_checker check (maker <> decided_by)
);

create table exceptions (
  tenant_id text not null references tenants (id),
  id text not null,
  kind text not null check (kind in ('heldTrade', 'unreportableTrade', 'rejectedReport', 'unknownOutcome', 'deadlineAtRisk', 'deadlineBreached', 'quarantinedReceipt', 'settlementBlocked', 'workflowFailed')),
  subject_kind text not null check (subject_kind in ('trade', 'obligation', 'submission', 'receipt', 'cycle')),
  subject_id text not null,
  trade_id text,
  reason text not null,
  next_action text not null,
  owner_role text not null check (owner_role in ('upstream', 'compliance', 'backOffice', 'auditor', 'admin')),
  since timestamptz not null,
  deadline timestamptz,
  state text not null check (state in ('open', 'resolved')),
  resolution text,
  resolved_by text,
  resolved_at timestamptz,
  revision int not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, trade_id) references trades (tenant_id, id),
  check ((state = 'resolved') = (resolved_at is not null and resolved_by is not null and resolution is not null))
);
create unique index exceptions_one_open on exceptions (tenant_id, kind, subject_id) where state = 'open';
create index exceptions_list on exceptions (tenant_id, state, since desc, id desc);
create index exceptions_trade on exceptions (tenant_id, trade_id);
`;

const REPORTING = `
create table obligations (
  tenant_id text not null,
  id text not null,
  trade_id text not null,
  trade_version int not null,
  regime text not null check (regime in ('REMIT', 'EMIR_EU', 'EMIR_UK')),
  uti text not null check (length(uti) between 1 and 100),
  action text not null check (action in ('N', 'M', 'C', 'E')),
  sequence int not null check (sequence >= 1),
  due_on date not null,
  due_at timestamptz not null,
  rule text not null,
  reason text not null,
  state text not null check (state in ('pending', 'prepared', 'sent', 'rrmAccepted', 'accepted', 'rejected', 'invalid', 'withdrawn')),
  overrides jsonb not null default '{}',
  warned_percent int not null default 0 check (warned_percent in (0, 50, 80, 100)),
  breached_at timestamptz,
  accepted_at timestamptz,
  revision int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, regime, uti, sequence),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version),
  check ((state = 'accepted') = (accepted_at is not null))
);
create index obligations_trade on obligations (tenant_id, trade_id, trade_version);
create index obligations_list on obligations (tenant_id, created_at desc, id desc);
create index obligations_due on obligations (tenant_id, state, due_at);

create table submissions (
  tenant_id text not null,
  id text not null,
  obligation_id text not null,
  number int not null check (number >= 1),
  channel_id text not null,
  file_name text not null,
  document bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes int not null check (size_bytes > 0),
  state text not null check (state in ('prepared', 'sending', 'unknown', 'delivered', 'rrmAccepted', 'accepted', 'rejected')),
  revision int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, obligation_id, number),
  unique (tenant_id, file_name),
  foreign key (tenant_id, obligation_id) references obligations (tenant_id, id)
);
create unique index submissions_one_effective on submissions (tenant_id, obligation_id) where state in ('prepared', 'sending', 'unknown', 'delivered', 'rrmAccepted', 'accepted');
create index submissions_list on submissions (tenant_id, created_at desc, id desc);

create table attempts (
  tenant_id text not null,
  submission_id text not null,
  number int not null check (number >= 1),
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text check (outcome in ('delivered', 'refused', 'notSent', 'unknown')),
  detail text,
  primary key (tenant_id, submission_id, number),
  foreign key (tenant_id, submission_id) references submissions (tenant_id, id)
);

create table receipts (
  tenant_id text not null references tenants (id),
  id text not null,
  channel_id text not null,
  message_id text not null,
  file_name text not null,
  submission_id text,
  stage text check (stage in ('transport', 'rrm', 'aris')),
  status text check (status in ('accepted', 'rejected', 'partial')),
  findings jsonb not null default '[]',
  document bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('bound', 'quarantined')),
  quarantine_reason text,
  received_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, channel_id, message_id, sha256),
  foreign key (tenant_id, submission_id) references submissions (tenant_id, id),
  check ((state = 'bound') = (submission_id is not null)),
  check ((state = 'quarantined') = (quarantine_reason is not null))
);
create index receipts_submission on receipts (tenant_id, submission_id);

create table file_sequences (
  tenant_id text not null references tenants (id),
  file_date date not null,
  schema_name text not null,
  sender text not null,
  last_number int not null check (last_number >= 1),
  primary key (tenant_id, file_date, schema_name, sender)
);

create table channel_cursors (
  tenant_id text not null references tenants (id),
  channel_id text not null,
  cursor text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, channel_id)
);
`;

const SETTLEMENT = `
create table delivery_intervals (
  tenant_id text not null,
  trade_id text not null,
  trade_version int not null,
  start_at timestamptz not null,
  end_at timestamptz not null check (end_at > start_at),
  delivery_month text not null check (delivery_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  quantity_mw numeric not null check (quantity_mw >= 0),
  energy_mwh numeric not null check (energy_mwh >= 0),
  primary key (tenant_id, trade_id, trade_version, start_at),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version)
) partition by range (start_at);
create index delivery_intervals_month on delivery_intervals (tenant_id, delivery_month, trade_id, trade_version);

create table settlement_cycles (
  tenant_id text not null,
  id text not null,
  counterparty_id text not null,
  agreement_id text not null,
  delivery_month text not null check (delivery_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  state text not null check (state in ('open', 'closing', 'blocked', 'invoiced', 'settled', 'empty')),
  closes_at timestamptz not null,
  invoice_on date not null,
  blocked_reason text,
  revision int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, counterparty_id, agreement_id, delivery_month),
  foreign key (tenant_id, counterparty_id) references counterparties (tenant_id, id),
  foreign key (tenant_id, agreement_id) references agreements (tenant_id, id)
);
create index settlement_cycles_list on settlement_cycles (tenant_id, created_at desc, id desc);

create table invoice_counters (
  tenant_id text not null references tenants (id),
  series text not null,
  year int not null,
  last_number int not null check (last_number >= 1),
  primary key (tenant_id, series, year)
);

create table invoices (
  tenant_id text not null,
  id text not null,
  cycle_id text not null,
  series text not null,
  year int not null,
  number int not null check (number >= 1),
  invoice_number text not null,
  kind text not null check (kind in ('invoice', 'selfBill', 'creditNote', 'selfBillCreditNote')),
  direction text not null check (direction in ('sell', 'buy')),
  commodity text not null check (commodity in ('power', 'gas')),
  currency text not null check (currency = 'EUR'),
  net numeric not null,
  vat numeric not null,
  total numeric not null check (total = net + vat),
  issued_on date not null,
  due_on date not null check (due_on >= issued_on),
  model jsonb not null,
  document bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, series, year, number),
  unique (tenant_id, invoice_number),
  unique (tenant_id, cycle_id, direction, commodity),
  foreign key (tenant_id, cycle_id) references settlement_cycles (tenant_id, id)
);

create table invoice_lines (
  tenant_id text not null,
  invoice_id text not null,
  line_number int not null check (line_number >= 1),
  trade_id text not null,
  trade_version int not null,
  description text not null,
  energy_mwh numeric not null,
  price numeric not null,
  net numeric not null,
  formula text not null,
  primary key (tenant_id, invoice_id, line_number),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
  foreign key (tenant_id, trade_id, trade_version) references trade_versions (tenant_id, trade_id, version)
);
create index invoice_lines_trade on invoice_lines (tenant_id, trade_id, trade_version);

create table payments (
  tenant_id text not null,
  id text not null,
  invoice_id text not null,
  amount numeric not null,
  currency text not null check (currency = 'EUR'),
  value_date date not null,
  bank_reference text not null check (length(bank_reference) between 1 and 140),
  recorded_by text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, invoice_id),
  foreign key (tenant_id, invoice_id) references invoices (tenant_id, id)
);

create table journals (
  tenant_id text not null references tenants (id),
  id text not null,
  source_kind text not null check (source_kind in ('invoice', 'payment')),
  source_id text not null,
  value_date date not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, source_kind, source_id)
);

create table postings (
  tenant_id text not null,
  journal_id text not null,
  line_number int not null,
  account text not null check (account ~ '^[0-9]{4}$'),
  counterparty_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount numeric not null check (amount <> 0),
  primary key (tenant_id, journal_id, line_number),
  foreign key (tenant_id, journal_id) references journals (tenant_id, id),
  foreign key (tenant_id, counterparty_id) references counterparties (tenant_id, id)
);
create index postings_account on postings (tenant_id, account, counterparty_id);

create function assert_journal_balances() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (
    select from postings p where p.tenant_id = new.tenant_id and p.journal_id = new.journal_id
    group by p.currency having sum(p.amount) <> 0
  ) then
    raise exception 'journal % does not sum to zero', new.journal_id using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger postings_balance after insert on postings deferrable initially deferred
  for each row execute function assert_journal_balances();
`;

const PLUMBING = `
create table audit_events (
  tenant_id text not null,
  id uuid not null,
  recorded_at timestamptz not null,
  subject_kind text not null,
  subject_id text not null,
  revision int not null check (revision >= 1),
  action text not null,
  actor text not null,
  role text not null,
  on_behalf_of text,
  reason text,
  request_id text not null,
  workflow_id text,
  before jsonb,
  after jsonb,
  primary key (tenant_id, recorded_at, id)
) partition by range (recorded_at);
create index audit_events_subject on audit_events (tenant_id, subject_kind, subject_id, revision);

create table outbox (
  seq bigint generated always as identity,
  tenant_id text not null references tenants (id),
  id text not null,
  kind text not null check (kind in ('startTrade', 'startReporting', 'startSettlement', 'signalReceipt', 'signalVersion', 'webhook')),
  payload jsonb not null,
  created_at timestamptz not null,
  dispatched_at timestamptz,
  attempts int not null default 0,
  last_error text,
  next_attempt_at timestamptz,
  primary key (tenant_id, seq),
  unique (tenant_id, id)
);
create index outbox_pending on outbox (tenant_id, seq) where dispatched_at is null;

create table idempotency_keys (
  tenant_id text not null references tenants (id),
  route text not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  status int,
  headers jsonb,
  body text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, route, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

create table webhook_endpoints (
  tenant_id text not null references tenants (id),
  id text not null,
  url text not null check (length(url) <= 2000),
  secret text not null,
  active boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);

create table webhook_deliveries (
  tenant_id text not null,
  id text not null,
  endpoint_id text not null,
  event_type text not null,
  body text not null,
  state text not null check (state in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  last_status int,
  last_error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
);
create index webhook_deliveries_list on webhook_deliveries (tenant_id, created_at desc, id desc);

create function ensure_month_partitions(parent text, from_date date, to_date date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month date := date_trunc('month', from_date)::date;
  name text;
begin
  if parent not in ('audit_events', 'delivery_intervals', 'prices') then
    raise exception 'table % is not partitioned by month', parent;
  end if;
  if to_date > from_date + interval '15 years' then
    raise exception 'more than 15 years of partitions were asked for';
  end if;
  if from_date < date '2000-01-01' or to_date >= date '2100-01-01' then
    raise exception 'partitions are made for the years 2000 to 2099';
  end if;
  while month <= to_date loop
    name := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    if to_regclass(name) is null then
      perform pg_advisory_xact_lock(hashtext('ensure_month_partitions'));
      if to_regclass(name) is null then
        if parent = 'prices' then
          execute format('create table %I partition of prices for values from (%L) to (%L)', name, month, (month + interval '1 month')::date);
        else
          execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent,
            month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
        end if;
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        if parent <> 'prices' then
          -- Partitions take over row triggers from their parent, but not the one on truncate.
          execute format('create trigger append_only_truncate before truncate on %I for each statement execute function refuse_change()', name);
          execute format('alter table %I enable always trigger append_only_truncate', name);
        end if;
      end if;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
end $$;
revoke all on function ensure_month_partitions(text, date, date) from public;
grant execute on function ensure_month_partitions(text, date, date) to energyopti_app;

create function tenants_with_outbox_work() returns setof text
language sql security definer set search_path = public, pg_temp stable as $$
  select distinct tenant_id from outbox where dispatched_at is null
$$;
revoke all on function tenants_with_outbox_work() from public;
grant execute on function tenants_with_outbox_work() to energyopti_app;

create function find_api_key(hash bytea) returns table (tenant_id text, key_id text, user_id text, user_name text, role text, expires_at timestamptz)
language sql security definer set search_path = public, pg_temp stable as $$
  select k.tenant_id, k.id, u.id, u.name, u.role, k.expires_at
  from api_keys k join users u on u.tenant_id = k.tenant_id and u.id = k.user_id
  where k.key_sha256 = hash and k.revoked_at is null and u.active
$$;
revoke all on function find_api_key(bytea) from public;
grant execute on function find_api_key(bytea) to energyopti_app;

create function list_tenant_channels() returns table (tenant_id text, channel_id text, sender text)
language sql security definer set search_path = public, pg_temp stable as $$
  select id, channel_id, reporting_entity_acer_code from tenants
$$;
revoke all on function list_tenant_channels() from public;
grant execute on function list_tenant_channels() to energyopti_app;

create function operations_backlog() returns table (outbox_pending bigint, outbox_oldest_at timestamptz, exceptions_open bigint)
language sql security definer set search_path = public, pg_temp stable as $$
  select (select count(*) from outbox where dispatched_at is null),
    (select min(created_at) from outbox where dispatched_at is null),
    (select count(*) from exceptions where state = 'open')
$$;
revoke all on function operations_backlog() from public;
grant execute on function operations_backlog() to energyopti_app;
`;

const GUARDS = `
do $$
declare
  name text;
begin
  foreach name in array array['users', 'api_keys', 'counterparties', 'agreements', 'books', 'traders', 'restrictions', 'prices', 'trades',
    'trade_versions', 'limits', 'reservations', 'decisions', 'approvals', 'exceptions', 'obligations', 'submissions', 'attempts', 'receipts',
    'file_sequences', 'channel_cursors', 'delivery_intervals', 'settlement_cycles', 'invoice_counters', 'invoices', 'invoice_lines', 'payments',
    'journals', 'postings', 'audit_events', 'outbox', 'idempotency_keys', 'webhook_endpoints', 'webhook_deliveries'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant_only on %I using (tenant_id = current_setting(''app.tenant_id'', true)) with check (tenant_id = current_setting(''app.tenant_id'', true))', name);
    execute format('grant select, insert on %I to energyopti_app', name);
  end loop;
end $$;
alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenant_only on tenants using (id = current_setting('app.tenant_id', true)) with check (id = current_setting('app.tenant_id', true));
grant select on tenants to energyopti_app;

grant update on users, api_keys, counterparties, agreements, books, traders, restrictions, trades, limits, reservations, exceptions,
  obligations, submissions, attempts, file_sequences, channel_cursors, settlement_cycles, invoice_counters, outbox, idempotency_keys,
  webhook_endpoints, webhook_deliveries to energyopti_app;
grant update (state) on trade_versions to energyopti_app;
grant delete on idempotency_keys to energyopti_app;

create function refuse_change() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  raise exception '% on % is refused: its rows are append-only', tg_op, tg_table_name using errcode = '42501';
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['audit_events', 'decisions', 'approvals', 'receipts', 'invoices', 'invoice_lines', 'payments', 'journals', 'postings', 'delivery_intervals'] loop
    execute format('create trigger append_only before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger append_only_truncate before truncate on %I for each statement execute function refuse_change()', name);
    -- Always: also for a session that plays a replica.
    execute format('alter table %I enable always trigger append_only', name);
    execute format('alter table %I enable always trigger append_only_truncate', name);
  end loop;
end $$;

create function refuse_change_of_terms() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' or (old.terms, old.terms_sha256, old.kind, old.reason, old.created_by, old.created_at, old.request_id)
    is distinct from (new.terms, new.terms_sha256, new.kind, new.reason, new.created_by, new.created_at, new.request_id) then
    raise exception 'a trade version is immutable' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger immutable_terms before update or delete on trade_versions for each row execute function refuse_change_of_terms();
alter table trade_versions enable always trigger immutable_terms;

create function refuse_change_of_document() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' or (old.document, old.sha256, old.file_name, old.obligation_id, old.number)
    is distinct from (new.document, new.sha256, new.file_name, new.obligation_id, new.number) then
    raise exception 'the bytes of a submission are immutable' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger immutable_document before update or delete on submissions for each row execute function refuse_change_of_document();
alter table submissions enable always trigger immutable_document;
alter table postings enable always trigger postings_balance;

select ensure_month_partitions('audit_events', date '2026-01-01', date '2027-12-31');
select ensure_month_partitions('delivery_intervals', date '2025-12-01', date '2028-12-31');
select ensure_month_partitions('prices', date '2026-01-01', date '2027-12-31');
`;
