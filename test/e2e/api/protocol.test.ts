import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from '../../../api/problems.ts';
import { packageVersion } from '../../../bin/api/package-version.ts';
import { createDb } from '../../../db/client.ts';
import { issueKey } from '../../../services/auth/issue-key.ts';
import { revokeKey } from '../../../services/auth/revoke-key.ts';
import { createTestContext } from '../../support/context.ts';
import { sampleDraftInput } from '../../support/sample-draft.ts';
import { type ApiWorld, createApiWorld, expectProblem } from './api-world.ts';
import { documentedRoutes } from './documented-routes.ts';
import { capture } from './trade-steps.ts';

let api: ApiWorld;
beforeAll(async () => {
  api = await createApiWorld();
});
afterAll(async () => {
  await api.close();
});

describe('keys', () => {
  it('are needed on every documented route', async () => {
    const routes = await documentedRoutes(api);
    expect(routes.length).toBeGreaterThan(25);
    for (const { method, path: template } of routes) {
      const call = { method, path: template.replace('{id}', 'x'), ...(method === 'POST' ? { body: {} } : {}) };
      const answer = await api.call({ ...call, as: null });
      expectProblem(answer, 'unauthenticated');
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="energyopti"');
    }
  });

  it.each(['Bearer', 'Bearer x', 'Basic dTpw', 'Bearer eop_t-1_', "Bearer ' or 1=1"])('of the form %s open nothing', async (header) => {
    expectProblem(await api.call({ path: '/v1/trades', as: null, headers: { Authorization: header } }), 'unauthenticated');
  });

  it('stop to work when they are revoked or expire', async () => {
    const ctx = createTestContext({ db: api.world.database.db, tenantId: api.world.tenantId, clock: api.clock });
    const revoked = await issueKey({ ctx, input: { userId: 'user-admin' } });
    expect((await api.call({ path: '/v1/trades', apiKey: revoked.plainKey })).status).toBe(200);
    await revokeKey({ ctx, input: { keyId: revoked.keyId, reason: 'lost' } });
    expectProblem(await api.call({ path: '/v1/trades', apiKey: revoked.plainKey, app: api.newApp() }), 'unauthenticated');
    const brief = await issueKey({ ctx, input: { userId: 'user-admin', expiresAt: new Date(api.clock.now().getTime() + 1_000) } });
    expect((await api.call({ path: '/v1/trades', apiKey: brief.plainKey })).status).toBe(200);
    api.clock.advance(1_000);
    expectProblem(await api.call({ path: '/v1/trades', apiKey: brief.plainKey }), 'unauthenticated');
  });
});

describe('rate limit', () => {
  it('answers 429 above the quota of a key, with Retry-After and what is left, and leaves other keys alone', async () => {
    const app = api.newApp({ quota: 3 });
    const remaining: (string | null)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const answer = await api.call({ path: '/v1/trades', as: 'auditor', app });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('RateLimit-Policy')).toBe('"key";q=3;w=60');
      remaining.push(/r=(\d+);t=\d+/.exec(answer.headers.get('RateLimit') ?? '')?.[1] ?? null);
    }
    expect(remaining).toEqual(['2', '1', '0']);
    const refused = await api.call({ path: '/v1/trades', as: 'auditor', app });
    expect(expectProblem(refused, 'rate-limited')['retryable']).toBe(true);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(refused.headers.get('RateLimit')).toMatch(/^"key";r=0;t=\d+$/);
    expect((await api.call({ path: '/v1/trades', as: 'admin', app })).status).toBe(200);
  });
});

describe('methods', () => {
  it('answers HEAD as GET without the body', async () => {
    const id = await capture(api, { sourceTradeId: 'H-1' });
    for (const target of [`/v1/trades/${id}`, '/v1/trades', '/health/live']) {
      const get = await api.call({ path: target });
      const head = await api.call({ method: 'HEAD', path: target });
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('ETag')).toBe(get.headers.get('ETag'));
      expect(head.headers.get('Content-Type')).toBe(get.headers.get('Content-Type'));
    }
    expect((await api.call({ method: 'HEAD', path: '/v1/trades/trd_none' })).status).toBe(404);
  });

  it.each([
    ['/v1/trades', 'GET, HEAD, OPTIONS, POST'],
    ['/v1/trades/trd_1', 'GET, HEAD, OPTIONS'],
    ['/v1/trades/trd_1/amend', 'OPTIONS, POST'],
    ['/health/ready', 'GET, HEAD, OPTIONS'],
  ])('OPTIONS %s says %s, needs no key, and opens nothing to other origins', async (target, allow) => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await api.call({ method: 'OPTIONS', path: target, as: null, headers });
    expect([answer.status, answer.headers.get('Allow'), answer.text]).toEqual([204, allow, '']);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/nothing'],
    ['PUT', '/v1/trades'],
    ['DELETE', '/v1/trades/trd_1'],
    ['OPTIONS', '/nothing'],
    ['GET', '/v1/trades/a/b/c'],
    ['GET', '/problems/..%2f..%2fpackage.json'],
    ['GET', '/problems/__proto__'],
    ['GET', '/docs/assets/..%2fpackage.json'],
  ] as const)('%s %s is not found', async (method, target) => {
    expectProblem(await api.call({ method, path: target }), 'not-found');
  });
});

describe('problems', () => {
  it('have a page each, and there is no page without a problem', async () => {
    const files = await readdir(path.join(import.meta.dirname, '../../../docs/problems'));
    expect(files.map((file) => file.replace(/\.md$/, '')).toSorted()).toEqual(Object.keys(PROBLEM_KINDS).toSorted());
    for (const [code, { title, status }] of Object.entries(PROBLEM_KINDS)) {
      const page = await api.call({ path: `/problems/${code}`, as: null });
      expect(page.status).toBe(200);
      expect(page.text.startsWith(`# ${title}\n\n\`${code}\`, HTTP ${status}\n`)).toBe(true);
      expect(page.text).toContain('## How to fix it');
    }
  });

  it('say 503 with Retry-After while the database is away', async () => {
    const db = createDb({ url: 'postgres://nobody@127.0.0.1:9/none', maxConnections: 1, applicationName: 'away' });
    const app = api.newApp({ db });
    const answer = await api.call({ path: '/v1/trades', body: sampleDraftInput(), app });
    expectProblem(answer, 'unavailable');
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(answer.text).not.toContain('127.0.0.1');
    await db.destroy();
  });
});

describe('health, metrics and documentation', () => {
  it('answers live and ready, and ready is 503 where a part is down', async () => {
    expect((await api.call({ path: '/health/live', as: null })).json).toEqual({ status: 'ok', version: '0.0.0-test' });
    const checks = [
      { name: 'database', check: async () => undefined },
      { name: 'temporal', check: () => Promise.reject(new Error('down')) },
    ];
    const response = await api.newApp({ healthChecks: checks }).request('/health/ready');
    expect([response.status, await response.json()]).toEqual([
      503,
      {
        status: 'down',
        version: '0.0.0-test',
        checks: [
          { name: 'database', status: 'ok' },
          { name: 'temporal', status: 'down' },
        ],
      },
    ]);
    expect((await api.newApp({ healthChecks: checks.slice(0, 1) }).request('/health/ready')).status).toBe(200);
  });

  it('counts requests by route template, never by id', async () => {
    const id = await capture(api, { sourceTradeId: 'M-1' });
    await api.call({ path: `/v1/trades/${id}` });
    const { text } = await api.call({ path: '/metrics', as: null });
    expect(text).toMatch(/energyopti_http_request_duration_seconds_count\{method="GET",route="\/v1\/trades\/:id",status="200"\} \d+/);
    expect(text).toMatch(/energyopti_trades_captured_total\{outcome="captured"\} \d+/);
    expect(text).not.toContain(id);
  });

  it('says how far behind the system is, in counts that name nobody', async () => {
    api.clock.advance(5_000);
    const { text } = await api.call({ path: '/metrics', as: null });
    const pending = Number(/^energyopti_outbox_pending (\d+)$/m.exec(text)?.[1]);
    expect(pending).toBeGreaterThan(0);
    expect(Number(/^energyopti_outbox_oldest_seconds ([\d.]+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(5);
    expect(text).toMatch(/^energyopti_exceptions_open \d+$/m);
  });

  it('serves the document that is committed', async () => {
    const committed = await readFile(path.join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
    const served = (await api.call({ path: '/openapi.json', as: null })).text;
    const version = JSON.stringify({ version: packageVersion() }).slice(1, -1);
    expect(served.replace('"version":"0.0.0-test"', version)).toBe(JSON.stringify(JSON.parse(committed)));
  });

  it('serves interactive documentation without a request to anybody else', async () => {
    const page = await api.call({ path: '/docs', as: null });
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:\/\//);
    const local = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '');
    expect(local.length).toBe(4);
    for (const target of local) expect((await api.call({ path: target, as: null })).status).toBe(200);
  });
});
