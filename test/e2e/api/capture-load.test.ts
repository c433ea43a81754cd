import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleDraftInput } from '../../support/sample-draft.ts';
import { type Answer, type ApiWorld, createApiWorld, fieldsOf } from './api-world.ts';
import { countRows } from './stored-rows.ts';

let api: ApiWorld;
beforeAll(async () => {
  api = await createApiWorld();
});
afterAll(async () => {
  await api.close();
});

const PATH = '/v1/trades';

/** Captures that arrive together are written together: each must still get the outcome of its own. */
describe('many captures at the same time', () => {
  it('store every right one once and refuse each wrong one by its own field', async () => {
    const before = await countRows(api);
    const send = (index: number): Promise<Answer> => {
      const wrong = index % 20 === 7 ? { bookId: 'nobody' } : {};
      return api.call({ path: PATH, body: sampleDraftInput({ sourceTradeId: `L-${index}`, ...wrong }) });
    };
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(index)));
    const refused = answers.flatMap((answer, index) => (answer.status === 202 ? [] : [{ index, fields: fieldsOf(answer) }]));
    expect(refused).toEqual(Array.from({ length: 10 }, (_, n) => ({ index: n * 20 + 7, fields: ['/bookId'] })));
    const tradeIds = answers.filter(({ status }) => status === 202).map(({ json }) => String(json['tradeId']));
    expect(new Set(tradeIds).size).toBe(190);
    const after = await countRows(api);
    for (const [table, n] of Object.entries(after)) expect([table, n - (before[table] ?? 0)]).toEqual([table, 190]);
  });

  it('answer with the trade of the very request that asked', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `M-${index}`);
    const answers = await Promise.all(ids.map((id) => api.call({ path: PATH, body: sampleDraftInput({ sourceTradeId: id }) })));
    for (const [index, answer] of answers.entries()) {
      const trade = await api.call({ path: String(answer.json['links']?.['self']) });
      expect(trade.json['sourceTradeId']).toBe(ids[index]);
    }
  });

  it('make one trade of equal terms under different keys, and of one key under different terms', async () => {
    const before = await countRows(api);
    const body = sampleDraftInput({ sourceTradeId: 'N-1' });
    const equal = await Promise.all(Array.from({ length: 20 }, () => api.call({ path: PATH, body })));
    expect(new Set(equal.map(({ status, json }) => `${status} ${String(json['tradeId'])}`)).size).toBe(1);
    const mixed = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.call({ path: PATH, body: sampleDraftInput({ sourceTradeId: `N-key-${index}` }), idempotencyKey: 'one-key' }),
      ),
    );
    expect(mixed.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([202, ...Array<number>(19).fill(422)]);
    expect((await countRows(api))['trades']).toBe((before['trades'] ?? 0) + 2);
  });

  it('stay with their tenants', async () => {
    const before = await countRows(api);
    const keys = [api.keys.upstream, api.otherKeys.upstream];
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        api.call({
          path: PATH,
          body: sampleDraftInput({ sourceTradeId: `O-${index}` }),
          apiKey: keys[index % 2] ?? '',
          idempotencyKey: `o-${index >> 1}`,
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await countRows(api))['trades']).toBe((before['trades'] ?? 0) + 40);
    const other = await api.call({ path: '/v1/trades?limit=200', apiKey: api.otherKeys.upstream });
    expect(other.json['items']?.length).toBe(40);
  });
});
