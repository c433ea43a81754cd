import { AppError } from '../domain/errors/app-error.ts';
import type { Role, ServiceContext } from './context.ts';

/** Lets `system` and the roles named pass; refuses others with `forbidden`, naming who may. */
export function authorise(ctx: ServiceContext, input: { allowed: readonly Role[]; action: string }): void {
  if (ctx.actor.role === 'system' || input.allowed.includes(ctx.actor.role)) return;
  throw new AppError({
    code: 'forbidden',
    message: `The role '${ctx.actor.role}' may not ${input.action}. It takes ${input.allowed.join(' or ')}.`,
    details: { allowedRoles: input.allowed },
  });
}
