import { z } from 'zod';
import type { ApiClient } from './api-client.ts';

const PAGE_SIZE = 200;
/** A list longer than this wants a filter. */
const PAGES_MAX = 5_000;

const pageSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())), hasMore: z.boolean(), nextCursor: z.string().nullable() });

/** Every item of a list, page by page. Throws where the API refuses. */
export async function* listAll(api: ApiClient, path: string): AsyncGenerator<Record<string, unknown>> {
  const separator = path.includes('?') ? '&' : '?';
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await api.request({
      path: `${path}${separator}limit=${PAGE_SIZE}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    });
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}: ${answer.text.slice(0, 300)}`);
    const parsed = pageSchema.parse(answer.json);
    yield* parsed.items;
    if (!parsed.hasMore || parsed.nextCursor === null) return;
    cursor = parsed.nextCursor;
  }
}
