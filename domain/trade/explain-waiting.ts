import { assertNever } from '../errors/app-error.ts';
import type { InstantText } from '../time/business-date.ts';
import type { TradeState } from './trade-terms.ts';

/** An open exception of a trade, as it was put before a person. */
export type OpenExceptionFact = {
  readonly kind: string;
  readonly ownerRole: string;
  readonly since: InstantText;
  readonly deadline: InstantText | null;
  readonly reason: string;
  readonly nextAction: string;
};

export type ObligationFact = {
  readonly uti: string;
  readonly action: 'N' | 'M' | 'C' | 'E';
  readonly state: 'pending' | 'prepared' | 'sent' | 'rrmAccepted' | 'accepted' | 'rejected' | 'invalid' | 'withdrawn';
  readonly dueAt: InstantText;
  readonly since: InstantText;
};

export type CycleFact = {
  readonly deliveryMonth: string;
  readonly state: 'open' | 'closing' | 'blocked' | 'invoiced' | 'settled' | 'empty';
  readonly closesAt: InstantText;
  readonly blockedReason: string | null;
  readonly since: InstantText;
  /** Invoices without a payment. */
  readonly unpaid: readonly { readonly invoiceNumber: string; readonly dueOn: string; readonly direction: 'sell' | 'buy' }[];
};

/** What is known of one trade. */
export type TradeFacts = {
  readonly state: TradeState;
  readonly stateSince: InstantText;
  readonly version: number;
  readonly exceptions: readonly OpenExceptionFact[];
  readonly obligations: readonly ObligationFact[];
  readonly cycles: readonly CycleFact[];
};

/** The one line that says what a trade waits for; `waitingFor` is null where it waits for nothing. */
export type Waiting = {
  readonly waitingFor: string | null;
  readonly since: InstantText;
  /** What somebody must do now; null where it goes on by itself. */
  readonly nextAction: string | null;
  /** A role, `system`, `regulator` or `counterparty`. */
  readonly who: string | null;
  readonly deadline: InstantText | null;
};

const ACTION_WORDS = { N: 'new', M: 'modify', C: 'cancel', E: 'error' } as const;

/**
 * Says what a trade waits for. Where it is several things, the one that a person must do comes first, then reports by their
 * deadline, then delivery and money by month. A rejected or a settled trade waits for nothing, a cancelled one for its reports only.
 */
export function explainWaiting(facts: TradeFacts): Waiting {
  switch (facts.state) {
    case 'captured':
      return bySystem({ waitingFor: `the start of the checks of version ${facts.version}`, since: facts.stateSince });
    case 'checking':
      return bySystem({ waitingFor: `the risk and compliance checks of version ${facts.version}`, since: facts.stateSince });
    case 'held':
      return heldTrade(facts);
    case 'booked':
      return exceptionFirst(facts) ?? openReport(facts) ?? openCycle(facts) ?? nothingLeft(facts);
    case 'cancelled':
      return exceptionFirst(facts) ?? openReport(facts) ?? waitsForNothing(facts);
    case 'rejected':
    case 'settled':
      return waitsForNothing(facts);
    default:
      return assertNever(facts.state);
  }
}

function heldTrade(facts: TradeFacts): Waiting {
  const exception = facts.exceptions.find((one) => one.kind === 'heldTrade');
  if (exception === undefined) {
    return { waitingFor: 'a decision: approve or reject', since: facts.stateSince, nextAction: 'Approve or reject it.', who: 'compliance', deadline: null }; // prettier-ignore
  }
  return ofException(exception, `a decision by ${exception.ownerRole}: ${exception.reason}`);
}

function exceptionFirst(facts: TradeFacts): Waiting | undefined {
  const [first] = facts.exceptions.toSorted(
    (left, right) => compareText(left.deadline ?? '9999', right.deadline ?? '9999') || compareText(left.since, right.since),
  );
  return first === undefined ? undefined : ofException(first, `${first.ownerRole}: ${first.reason}`);
}

function ofException(exception: OpenExceptionFact, waitingFor: string): Waiting {
  const { since, nextAction, ownerRole, deadline } = exception;
  return { waitingFor, since, nextAction, who: ownerRole, deadline };
}

function openReport(facts: TradeFacts): Waiting | undefined {
  const [first] = facts.obligations
    .filter((one) => one.state !== 'accepted' && one.state !== 'withdrawn')
    .toSorted((left, right) => compareText(left.dueAt, right.dueAt));
  if (first === undefined) return undefined;
  const report = `the ${ACTION_WORDS[first.action]} report of ${first.uti}`;
  const { since, dueAt: deadline } = first;
  switch (first.state) {
    case 'pending':
      return { waitingFor: `${report} to be written`, since, nextAction: null, who: 'system', deadline };
    case 'prepared':
      return { waitingFor: `${report} to be sent`, since, nextAction: null, who: 'system', deadline };
    case 'sent':
      return { waitingFor: `the receipt for ${report}`, since, nextAction: null, who: 'regulator', deadline };
    case 'rrmAccepted':
      return { waitingFor: `the regulator's receipt for ${report}, which the RRM has accepted`, since, nextAction: null, who: 'regulator', deadline }; // prettier-ignore
    case 'rejected':
      return { waitingFor: `a repair of ${report}, which was rejected`, since, nextAction: 'Repair the obligation.', who: 'compliance', deadline }; // prettier-ignore
    case 'invalid':
      return { waitingFor: `a correction of ${report}, which our validation refuses`, since, nextAction: 'Repair the obligation or amend the trade.', who: 'compliance', deadline }; // prettier-ignore
    case 'accepted':
    case 'withdrawn':
      return undefined;
    default:
      return assertNever(first.state);
  }
}

function openCycle(facts: TradeFacts): Waiting | undefined {
  const [first] = facts.cycles
    .filter((one) => one.state !== 'settled' && one.state !== 'empty')
    .toSorted((left, right) => urgency(left) - urgency(right) || compareText(left.deliveryMonth, right.deliveryMonth));
  return first === undefined ? undefined : ofCycle(first);
}

/** A blocked cycle needs a person and an invoice money; an open month only needs time. */
function urgency(cycle: CycleFact): number {
  const order: readonly CycleFact['state'][] = ['blocked', 'invoiced', 'closing', 'open'];
  return order.indexOf(cycle.state);
}

function ofCycle(cycle: CycleFact): Waiting | undefined {
  const { since, deliveryMonth } = cycle;
  switch (cycle.state) {
    case 'open':
      return { waitingFor: `the end of delivery month ${deliveryMonth}`, since, nextAction: null, who: 'system', deadline: cycle.closesAt };
    case 'closing':
      return { waitingFor: `the invoice of delivery month ${deliveryMonth}`, since, nextAction: null, who: 'system', deadline: null };
    case 'blocked':
      return {
        waitingFor: `the settlement of ${deliveryMonth}, which is blocked: ${cycle.blockedReason ?? 'no reason given'}`,
        since,
        nextAction: 'Clear the reason, then close the cycle.',
        who: 'backOffice',
        deadline: null,
      };
    case 'invoiced':
      return unpaidInvoice(cycle);
    case 'settled':
    case 'empty':
      return undefined;
    default:
      return assertNever(cycle.state);
  }
}

function unpaidInvoice(cycle: CycleFact): Waiting {
  const [invoice] = cycle.unpaid.toSorted((left, right) => compareText(left.dueOn, right.dueOn));
  if (invoice === undefined) return bySystem({ waitingFor: `the settlement of ${cycle.deliveryMonth} to be closed`, since: cycle.since });
  const isOurs = invoice.direction === 'buy';
  return {
    waitingFor: `the payment of invoice ${invoice.invoiceNumber}, due ${invoice.dueOn}`,
    since: cycle.since,
    nextAction: isOurs ? 'Pay it and record the payment.' : 'Record the payment when it arrives.',
    who: isOurs ? 'backOffice' : 'counterparty',
    deadline: `${invoice.dueOn}T23:59:59.000Z`,
  };
}

/** Every report accepted and no cycle open: the step that closes the trade runs next, or its months have no cycle yet. */
function nothingLeft(facts: TradeFacts): Waiting {
  const waitingFor = facts.cycles.length === 0 ? 'its settlement cycles to be opened' : 'the step that marks it settled';
  return bySystem({ waitingFor, since: facts.stateSince });
}

function bySystem(input: { waitingFor: string; since: InstantText }): Waiting {
  return { ...input, nextAction: null, who: 'system', deadline: null };
}

function waitsForNothing(facts: TradeFacts): Waiting {
  return { waitingFor: null, since: facts.stateSince, nextAction: null, who: null, deadline: null };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
