import type { Db } from '../db/client.ts';
import type { Clock } from '../domain/time/clock.ts';

/** What a person or program may do. `system` is our own workflows; no key carries it. */
export type Role = 'upstream' | 'compliance' | 'backOffice' | 'auditor' | 'admin' | 'system';

/** Who acts. `id` is the user id that audit events and approvals name. */
export type Actor = { readonly id: string; readonly role: Role };

/** Gives ids: a prefix that says the kind, then a UUIDv7, so that ids sort by time. */
export type IdSource = { next(prefix: IdPrefix): string; uuid(): string };

export type IdPrefix = 'trd' | 'exc' | 'obl' | 'rcp' | 'stl' | 'inv' | 'pay' | 'jrn' | 'out' | 'whk' | 'whd' | 'key' | 'req' | 'lim';

/** What every verb is given: for whom, by whom, in which request, and the means. */
export type ServiceContext = {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly requestId: string;
  /** The workflow on whose behalf this runs, for the audit trail. */
  readonly workflowId?: string;
  readonly db: Db;
  readonly clock: Clock;
  readonly ids: IdSource;
};

/** The actor of steps that a workflow takes by itself. */
export const SYSTEM_ACTOR: Actor = { id: 'system', role: 'system' };
