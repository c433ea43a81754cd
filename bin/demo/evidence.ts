import { Connection, Client } from '@temporalio/client';
import type { Evidence } from '../invariants/violation.ts';
import type { Stack } from '../stack/stack.ts';
import { createSandboxAdmin } from './sandbox-admin.ts';

/** Gathers what the invariant checker looks at from a running stack. `close` frees the connection to Temporal. */
export async function gatherEvidence(input: {
  stack: Stack;
  now: Date;
  quiescent: boolean;
  acceptedTradeIds: readonly string[];
}): Promise<{ evidence: Evidence; close: () => Promise<void> }> {
  const connection = await Connection.connect({ address: input.stack.temporalAddress });
  const client = new Client({ connection, namespace: input.stack.env['TEMPORAL_NAMESPACE'] ?? 'default' });
  const admin = await createSandboxAdmin(input.stack);
  return {
    evidence: {
      adminUrl: input.stack.adminUrl,
      journal: await admin.readJournal(),
      acceptedTradeIds: input.acceptedTradeIds,
      now: input.now,
      quiescent: input.quiescent,
      isWorkflowOpen: async (workflowId) => {
        try {
          return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
        } catch (error) {
          if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
          throw error;
        }
      },
    },
    close: () => connection.close(),
  };
}
