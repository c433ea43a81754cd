import type { WorkflowPort } from '../../services/ports/workflow-port.ts';

/** One call of the port, as it came. */
export type PortCall = {
  [K in keyof WorkflowPort]: { readonly verb: K; readonly input: Parameters<WorkflowPort[K]>[0] };
}[keyof WorkflowPort];

/** A workflow port that keeps every call and answers commands as a workflow does that agrees; `refuse` makes the next command fail. */
export type RecordingWorkflowPort = WorkflowPort & {
  readonly calls: PortCall[];
  refuse(error: Error): void;
  /** Calls that change something: all but the questions for an earlier outcome. */
  commands(): readonly PortCall[];
  /** The next question for an earlier outcome is answered with this one. */
  rememberOutcome(outcome: { state: 'booked' | 'rejected' }): void;
};

export function createRecordingWorkflowPort(): RecordingWorkflowPort {
  const calls: PortCall[] = [];
  const refusals: Error[] = [];
  const remembered: { state: 'booked' | 'rejected' }[] = [];
  const outcome = async <T>(call: PortCall, answer: T): Promise<T> => {
    calls.push(call);
    const refusal = refusals.shift();
    if (refusal !== undefined) throw refusal;
    return answer;
  };
  return {
    calls,
    refuse: (error) => {
      refusals.push(error);
    },
    commands: () => calls.filter(({ verb }) => !verb.startsWith('find')),
    rememberOutcome: (earlier) => {
      remembered.push(earlier);
    },
    startTrade: (input) => outcome({ verb: 'startTrade', input }, undefined),
    startReporting: (input) => outcome({ verb: 'startReporting', input }, undefined),
    startSettlement: (input) => outcome({ verb: 'startSettlement', input }, undefined),
    signalReceipt: (input) => outcome({ verb: 'signalReceipt', input }, undefined),
    decideTrade: (input) => outcome({ verb: 'decideTrade', input }, { state: input.decision === 'approve' ? 'booked' : 'rejected' }),
    repairObligation: (input) => outcome({ verb: 'repairObligation', input }, { obligationId: input.obligationId, state: 'pending' }),
    closeCycle: (input) => outcome({ verb: 'closeCycle', input }, { state: 'closing' }),
    recordPayment: (input) => outcome({ verb: 'recordPayment', input }, { state: 'settled' }),
    findDecision: (input) => outcome({ verb: 'findDecision', input }, remembered.shift()),
    findClosing: (input) => outcome({ verb: 'findClosing', input }, remembered.shift()),
    isOpen: (input) => outcome({ verb: 'isOpen', input }, true),
  };
}
