import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ValidationError } from '../domain/errors/app-error.ts';

/** One page of a list. `nextCursor` is absent on the last one. */
export type Page<T> = { readonly items: readonly T[]; readonly hasMore: boolean; readonly nextCursor: string | null };

/** What a caller asks of a list, and the server's secret under which its cursors are signed. */
export type PageRequest = { readonly limit?: number; readonly cursor?: string; readonly secret: string };

/** Where a page ended: the row's time of creation and its id, the order of every list. */
export type PagePosition = { readonly at: Date; readonly id: string };

export const PAGE_SIZE_MAX = 200;
export const PAGE_SIZE_DEFAULT = 50;
const CURSOR_LENGTH_MAX = 1_000;
const SIGNATURE_BYTES = 16;

const positionSchema = z.tuple([z.iso.datetime(), z.string().min(1).max(200)]);

/**
 * Runs `load` for one page: asks for one row more than the page holds, to know whether there is a next. A cursor is opaque and bound to
 * tenant and list: one of another tenant, another list or another hand is refused with `validation-failed`, as is a limit out of 1 to 200.
 */
export async function loadPage<T>(input: {
  tenantId: string;
  /** Name of the list with its filters, so that a cursor is not carried over to another one. */
  list: string;
  page: PageRequest;
  load: (bounds: { limit: number; after?: PagePosition }) => Promise<readonly T[]>;
  positionOf: (item: T) => PagePosition;
}): Promise<Page<T>> {
  const limit = input.page.limit ?? PAGE_SIZE_DEFAULT;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_SIZE_MAX) throw badLimit(limit);
  const { cursor } = input.page;
  const bound = { tenantId: input.tenantId, list: input.list, secret: input.page.secret };
  const after = cursor === undefined ? undefined : decodeCursor({ ...bound, cursor });
  const rows = await input.load({ limit: limit + 1, ...(after === undefined ? {} : { after }) });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, hasMore, nextCursor: hasMore ? encodeCursor({ ...bound, position: input.positionOf(last) }) : null };
}

type CursorScope = { readonly tenantId: string; readonly list: string; readonly secret: string };

export function encodeCursor(input: CursorScope & { position: PagePosition }): string {
  const payload = Buffer.from(JSON.stringify([input.position.at.toISOString(), input.position.id])).toString('base64url');
  return `${payload}.${signature(input, payload).toString('base64url')}`;
}

export function decodeCursor(input: CursorScope & { cursor: string }): PagePosition {
  const [payload = '', given = '', ...rest] = input.cursor.slice(0, CURSOR_LENGTH_MAX).split('.');
  const bytes = Buffer.from(given, 'base64url');
  const expected = signature(input, payload);
  if (rest.length > 0 || bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) throw badCursor();
  const position = positionSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!position.success) throw badCursor();
  return { at: new Date(position.data[0]), id: position.data[1] };
}

function signature(scope: CursorScope, payload: string): Buffer {
  const text = JSON.stringify([scope.tenantId, scope.list, payload]);
  return createHmac('sha256', scope.secret).update(text).digest().subarray(0, SIGNATURE_BYTES);
}

function badCursor(): ValidationError {
  return new ValidationError([
    {
      field: '/cursor',
      code: 'cursor.invalid',
      message: 'This cursor does not belong to this list.',
      fix: 'Begin again without a cursor.',
    },
  ]);
}

function badLimit(limit: number): ValidationError {
  const message = `A page has 1 to ${PAGE_SIZE_MAX} entries, not ${limit}.`;
  return new ValidationError([{ field: '/limit', code: 'limit.outOfRange', message, fix: `Give a whole number up to ${PAGE_SIZE_MAX}.` }]);
}
