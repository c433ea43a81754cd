import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { expect } from 'vitest';
import { createApp } from '../../../api/app.ts';
import type { ApiApp } from '../../../api/app.ts';
import type { HealthCheck } from '../../../api/env.ts';
import { createApiMetrics } from '../../../api/metrics.ts';
import { readBacklog } from '../../../services/operations/read-backlog.ts';
import { createRateLimiter } from '../../../api/middleware/rate-limit.ts';
import { PROBLEM_KINDS } from '../../../api/problems.ts';
import type { Db } from '../../../db/client.ts';
import { createAuthenticator } from '../../../services/auth/authenticate-key.ts';
import { issueKey } from '../../../services/auth/issue-key.ts';
import { createIdSource } from '../../../services/ids.ts';
import { createTradeInserter } from '../../../services/trades/trade-inserter.ts';
import { type World, createWorld } from '../../integration/services/reporting/reporting-world.ts';
import { type TestClock, createTestContext, seedTenant } from '../../support/context.ts';
import { type RecordingWorkflowPort, createRecordingWorkflowPort } from '../../support/recording-workflow-port.ts';

export const USERS = {
  upstream: 'user-upstream',
  compliance: 'user-compliance',
  backOffice: 'user-back',
  auditor: 'user-auditor',
  admin: 'user-admin',
} as const;
export type KeyRole = keyof typeof USERS;

export type Call = {
  readonly method?: 'GET' | 'POST' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Whose key is sent; `null` sends none. */
  readonly as?: KeyRole | null;
  /** A key that is sent as it stands, in place of `as`. */
  readonly apiKey?: string;
  /** Sent as JSON; a string is sent as it stands. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** One of its own where none is given; `null` sends none. */
  readonly idempotencyKey?: string | null;
  readonly app?: ApiApp;
};

export type AppChanges = { readonly quota?: number; readonly db?: Db; readonly healthChecks?: readonly HealthCheck[] };

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json };
/** An answer's JSON, as loosely as a client sees it. */
export type Json = { readonly [key: string]: Json } & readonly Json[] & { readonly toString: () => string };

/** The API on a database of its own, with a key for each role of two tenants. */
export type ApiWorld = {
  readonly world: World;
  readonly app: ApiApp;
  readonly port: RecordingWorkflowPort;
  readonly clock: TestClock;
  readonly keys: Readonly<Record<KeyRole, string>>;
  readonly otherKeys: Readonly<Record<KeyRole, string>>;
  readonly otherTenantId: string;
  /** Every answer is held to what all answers promise: request id, documented problems, instants in UTC. */
  call(call: Call): Promise<Answer>;
  /** Another process over the same database. */
  newApp(changes?: AppChanges): ApiApp;
  close(): Promise<void>;
};

export async function createApiWorld(): Promise<ApiWorld> {
  const world = await createWorld();
  const { database } = world;
  const clock = world.ctx.clock;
  const port = createRecordingWorkflowPort();
  const newApp = (changes: AppChanges = {}): ApiApp => {
    const db = changes.db ?? database.db;
    return createApp({
      db,
      clock,
      ids: createIdSource(),
      workflows: port,
      insertTrade: createTradeInserter(db),
      authenticate: createAuthenticator({ db, clock, ttlMs: 1_000 }),
      rateLimiter: createRateLimiter({ quota: changes.quota ?? 1_000_000, windowSeconds: 60 }),
      metrics: createApiMetrics({ readBacklog: () => readBacklog({ db, clock }) }),
      log: pino({ level: 'silent' }),
      cursorSecret: 'a cursor secret of the tests, long enough',
      publicUrl: 'http://api.test',
      version: '0.0.0-test',
      healthChecks: changes.healthChecks ?? [],
      allowPrivateWebhooks: false,
      simulatedClock: true,
    });
  };
  const app = newApp();
  const other = await seedTenant({ database, clock });
  const keys = await issueKeys({ db: database.db, tenantId: world.tenantId, clock });
  const otherKeys = await issueKeys({ db: database.db, tenantId: other.tenantId, clock });
  return {
    world,
    app,
    port,
    clock,
    keys,
    otherKeys,
    otherTenantId: other.tenantId,
    newApp,
    call: (call) => send({ app, keys, call }),
    close: () => world.close(),
  };
}

/** The problem that an answer is; fails where it is none of this code. */
export function expectProblem(answer: Answer, code: keyof typeof PROBLEM_KINDS): Json {
  expect({ status: answer.status, code: answer.json['code'] }).toEqual({ status: PROBLEM_KINDS[code].status, code });
  return answer.json;
}

/** The fields that a validation problem names. */
export function fieldsOf(answer: Answer): string[] {
  return answer.json['errors']?.map((issue) => String(issue['field'])) ?? [];
}

async function issueKeys(input: { db: Db; tenantId: string; clock: TestClock }): Promise<Record<KeyRole, string>> {
  const ctx = createTestContext(input);
  const of = async (role: KeyRole): Promise<string> => (await issueKey({ ctx, input: { userId: USERS[role] } })).plainKey;
  return {
    upstream: await of('upstream'),
    compliance: await of('compliance'),
    backOffice: await of('backOffice'),
    auditor: await of('auditor'),
    admin: await of('admin'),
  };
}

async function send({ app, keys, call }: { app: ApiApp; keys: Record<KeyRole, string>; call: Call }): Promise<Answer> {
  const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
  const headers = new Headers();
  const apiKey = call.apiKey ?? (call.as === null ? undefined : keys[call.as ?? 'admin']);
  if (apiKey !== undefined) headers.set('Authorization', `Bearer ${apiKey}`);
  if (call.body !== undefined) headers.set('Content-Type', 'application/json');
  if (method === 'POST' && call.idempotencyKey !== null) headers.set('Idempotency-Key', call.idempotencyKey ?? randomUUID());
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value);
  const body = call.body === undefined ? null : typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const response = await (call.app ?? app).request(call.path, { method, headers, body });
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, text, json: jsonOf(response.headers, text) };
  assertPromisesOfEveryAnswer(answer, method);
  return answer;
}

/** Safe because what a test reads of it is compared with what it expects. */
function jsonOf(headers: Headers, text: string): Json {
  return (/json/.test(headers.get('Content-Type') ?? '') && text !== '' ? JSON.parse(text) : {}) as Json;
}

const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const INSTANT_IN_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function assertPromisesOfEveryAnswer(answer: Answer, method: string): void {
  expect(answer.headers.get('X-Request-Id')).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  if (answer.status < 400) {
    assertInstants(answer.json);
    return;
  }
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  if (method === 'HEAD') return;
  const code = String(answer.json['code']);
  expect(PROBLEM_KINDS).toHaveProperty(code);
  expect(answer.json).toMatchObject({
    type: `http://api.test/problems/${code}`,
    status: answer.status,
    requestId: answer.headers.get('X-Request-Id'),
    title: expect.any(String) as string,
    detail: expect.any(String) as string,
    retryable: expect.any(Boolean) as boolean,
  });
}

/** Only members that hold an instant and nothing else are judged: prose may quote one. */
function assertInstants(value: unknown): void {
  if (typeof value === 'string') {
    if (value.length <= 40 && INSTANT.test(value)) expect(value).toMatch(INSTANT_IN_UTC);
    return;
  }
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) assertInstants(member);
}
