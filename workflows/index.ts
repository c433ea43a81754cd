/** Everything exported here is a workflow that workers register under its own name. */
export { reportingObligation } from './reporting-obligation.ts';
export { settlementCycle } from './settlement-cycle.ts';
export { tradeLifecycle } from './trade-lifecycle.ts';
