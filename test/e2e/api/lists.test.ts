import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiWorld, createApiWorld, expectProblem, fieldsOf } from './api-world.ts';
import { countRows } from './stored-rows.ts';
import { capture } from './trade-steps.ts';

let api: ApiWorld;
beforeAll(async () => {
  api = await createApiWorld();
});
afterAll(async () => {
  await api.close();
});

const LISTS = ['/v1/trades', '/v1/exceptions', '/v1/obligations', '/v1/submissions', '/v1/settlement-cycles', '/v1/receipts/quarantined'];

async function walk(input: { path: string; between?: (page: number) => Promise<void> }): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  for (let page = 0; page < 100; page += 1) {
    const answer = await api.call({ path: `${input.path}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}` });
    expect(answer.status).toBe(200);
    for (const item of answer.json['items'] ?? []) ids.push(String(item['id']));
    const next = answer.json['nextCursor'];
    expect(Boolean(answer.json['hasMore'])).toBe(next !== null);
    if (next === null || next === undefined) return ids;
    cursor = String(next);
    await input.between?.(page);
  }
  throw new Error('a walk without an end');
}

describe('cursors', () => {
  it('walk every row once while others are inserted, also where many have the same time', async () => {
    const before: string[] = [];
    for (let index = 0; index < 23; index += 1) {
      before.push(await capture(api, { sourceTradeId: `W-${index}` }));
      if (index % 5 === 0) api.clock.advance(1_000);
    }
    const during: string[] = [];
    const seen = await walk({
      path: '/v1/trades?limit=4',
      between: async (page) => {
        during.push(await capture(api, { sourceTradeId: `D-${page}` }));
        api.clock.advance(1);
      },
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(before.filter((id) => !seen.includes(id))).toEqual([]);
    expect(during.length).toBeGreaterThan(3);
  });

  it('belong to one list, one tenant and our hand', async () => {
    const first = await api.call({ path: '/v1/trades?limit=2' });
    const cursor = String(first.json['nextCursor']);
    const refused = [
      await api.call({ path: `/v1/trades?limit=2&cursor=${cursor}`, apiKey: api.otherKeys.admin }),
      await api.call({ path: `/v1/trades?limit=2&state=captured&cursor=${cursor}` }),
      await api.call({ path: `/v1/exceptions?cursor=${cursor}` }),
      await api.call({ path: `/v1/trades?cursor=${cursor.slice(0, -2)}xx` }),
      await api.call({ path: '/v1/trades?cursor=bm90LWEtY3Vyc29y.AAAA' }),
      await api.call({ path: `/v1/trades?cursor=${'x'.repeat(1001)}` }),
    ];
    for (const answer of refused) {
      expectProblem(answer, 'validation-failed');
      expect(fieldsOf(answer)).toEqual(['/cursor']);
    }
    expect((await api.call({ path: `/v1/trades?limit=2&cursor=${cursor}`, app: api.newApp() })).status).toBe(200);
  });
});

describe.each(LISTS)('%s', (path) => {
  it.each(['0', '201', '-1', '1.5', 'many', ''])('refuses limit=%s', async (limit) => {
    const answer = await api.call({ path: `${path}?limit=${limit}` });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toEqual(['/limit']);
  });

  it('refuses a filter that it does not have, instead of answering with everything', async () => {
    const answer = await api.call({ path: `${path}?colour=red` });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toEqual(['/colour']);
  });
});

describe('filters', () => {
  it.each([
    ['state', '/v1/trades?state=open'],
    ['state', '/v1/exceptions?state=new'],
    ['kind', '/v1/exceptions?kind=other'],
    ['state', '/v1/obligations?state=late'],
    ['regime', '/v1/obligations?regime=MIFID'],
    ['dueBefore', '/v1/obligations?dueBefore=tomorrow'],
    ['createdFrom', '/v1/trades?createdFrom=2026-09-29'],
    ['state', '/v1/submissions?state=lost'],
    ['state', '/v1/settlement-cycles?state=late'],
    ['month', '/v1/settlement-cycles?month=2026-13'],
  ])('name %s in %s', async (field, path) => {
    const answer = await api.call({ path });
    expectProblem(answer, 'validation-failed');
    expect(fieldsOf(answer)).toEqual([`/${field}`]);
  });

  it('choose by state, counterparty, source id and time', async () => {
    const id = await capture(api, { sourceTradeId: 'F-1' });
    const ids = async (query: string): Promise<string[]> =>
      (await walk({ path: `/v1/trades?limit=200&${query}` })).filter((one) => one === id);
    expect(await ids('state=captured&counterpartyId=cp-nord&market=DE&sourceTradeId=F-1')).toEqual([id]);
    expect(await ids('state=booked')).toEqual([]);
    const now = api.clock.now();
    expect(await ids(`createdFrom=${new Date(now.getTime() - 1).toISOString()}`)).toEqual([id]);
    expect(await ids(`createdTo=${now.toISOString()}`)).toEqual([]);
    expect(await ids(`createdFrom=${encodeURIComponent('2026-09-29T00:00:00+02:00')}&sourceTradeId=F-1`)).toEqual([id]);
  });

  it.each([`' or '1'='1`, `'; drop table trades; --`, `%' union select key_sha256 from api_keys --`, '\\'])(
    'take %s as text',
    async (text) => {
      const before = await countRows(api);
      for (const name of ['counterpartyId', 'sourceTradeId']) {
        const answer = await api.call({ path: `/v1/trades?${name}=${encodeURIComponent(text)}` });
        expect([answer.status, answer.json['items']]).toEqual([200, []]);
      }
      expect(await countRows(api)).toEqual(before);
    },
  );
});
