import { withTenant } from '../../db/client.ts';
import { type ExceptionFilters, findException, listExceptions as listRows } from '../../db/queries/exceptions.ts';
import { NotFoundError } from '../../domain/errors/app-error.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type Page, type PageRequest, loadPage } from '../pagination.ts';
import { type ExceptionView, exceptionViewOf } from './exception-view.ts';

const MAY_READ = ['compliance', 'backOffice', 'auditor', 'admin'] as const;

/** The queue, newest first. Throws `forbidden`, `validation-failed` on a bad cursor or limit. */
export async function listExceptions({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { filters: ExceptionFilters; page: PageRequest };
}): Promise<Page<ExceptionView>> {
  authorise(ctx, { allowed: MAY_READ, action: 'read exceptions' });
  const { tenantId } = ctx;
  return await withTenant(ctx.db, tenantId, (tx) =>
    loadPage({
      tenantId,
      list: `exceptions ${JSON.stringify(input.filters)}`,
      page: input.page,
      load: async (bounds) => (await listRows(tx, { tenantId, filters: input.filters, ...bounds })).map(exceptionViewOf),
      positionOf: (exception) => ({ at: new Date(exception.since), id: exception.id }),
    }),
  );
}

/** One exception. Throws `forbidden`, `not-found`. */
export async function getException({ ctx, input }: { ctx: ServiceContext; input: { exceptionId: string } }): Promise<ExceptionView> {
  authorise(ctx, { allowed: MAY_READ, action: 'read exceptions' });
  const row = await withTenant(ctx.db, ctx.tenantId, (tx) => findException(tx, { tenantId: ctx.tenantId, exceptionId: input.exceptionId }));
  if (row === undefined) throw new NotFoundError({ what: 'exception', id: input.exceptionId });
  return exceptionViewOf(row);
}
