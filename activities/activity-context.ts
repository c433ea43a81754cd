import { activityInfo } from '@temporalio/activity';
import { AppError } from '../domain/errors/app-error.ts';
import type { Actor, Role, ServiceContext } from '../services/context.ts';
import { SYSTEM_ACTOR } from '../services/context.ts';

/** Makes the context of one service call; wired in `bin/wiring/service-context.ts`. */
export type ServiceContextFactory = (input: {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly requestId: string;
  readonly workflowId?: string;
}) => ServiceContext;

/** What every input of an activity carries: for whom, and in the course of which request. */
export type ActivityScope = { readonly tenantId: string; readonly requestId: string };

/** The context of a step that the running workflow takes by itself. */
export function contextOfWorkflow(createContext: ServiceContextFactory, scope: ActivityScope): ServiceContext {
  return contextOf(createContext, scope, SYSTEM_ACTOR);
}

/** Who commanded a step, as the update carried it: text until it is checked here. */
export type CommandingPerson = { readonly id: string; readonly role: string };

/** The context of a step that a person commanded through the running workflow. Throws `forbidden` for a role that no person has. */
export function contextOfPerson(
  createContext: ServiceContextFactory,
  scope: ActivityScope & { readonly actor: CommandingPerson },
): ServiceContext {
  return contextOf(createContext, scope, { id: scope.actor.id, role: personRole(scope.actor.role) });
}

function contextOf(createContext: ServiceContextFactory, scope: ActivityScope, actor: Actor): ServiceContext {
  // Absent only for an activity that no workflow started; ours always have one.
  const workflowId = activityInfo().workflowExecution?.workflowId;
  return createContext({
    tenantId: scope.tenantId,
    actor,
    requestId: scope.requestId,
    ...(workflowId !== undefined && { workflowId }),
  });
}

const PERSON_ROLES: readonly Exclude<Role, 'system'>[] = ['upstream', 'compliance', 'backOffice', 'auditor', 'admin'];

function personRole(text: string): Role {
  const role = PERSON_ROLES.find((each) => each === text);
  if (role === undefined) throw new AppError({ code: 'forbidden', message: `'${text}' is not the role of a person.` });
  return role;
}
