import type { Action, JournalFinding, JournalRecord, Verdict } from './journal.ts';
import type { ReportRecord } from './report-document.ts';

/** Rules whose real ids are public have them; the others have the sandbox's own, `SBX-…`. */
export const ARIS_RULES = {
  duplicate: { number: 'ARIS-201', ruleId: 'SBX-DUPLICATE', errorCode: 'SBXDUP' },
  lifecycle: { number: 'ARIS-202', ruleId: 'SBX-LIFECYCLE', errorCode: 'SBXLIFE' },
  totalQuantity: { number: 'ARIS-203', ruleId: '2BCDTNCQR2', errorCode: 'R2CDTNCQTR1' },
  price: { number: 'ARIS-204', ruleId: '2BCDPTR2', errorCode: 'R2CDPRCMTSP' },
  sequence: { number: 'ARIS-205', ruleId: 'SBX-RECORDSEQ', errorCode: 'SBXSEQ' },
} as const;

export type ArisJudgement = { verdict: Verdict; technical: 'accepted' | 'rejected'; findings: JournalFinding[]; records: JournalRecord[] };

/**
 * What ARIS holds: for each market participant and UTI the accepted reports that no E took away, oldest first.
 * N opens; M and C need an open one; C closes for good; E takes the latest one away, so that a corrected N may follow.
 * @source remit.md section 2, "Action types"
 */
export class ArisState {
  readonly #held = new Map<string, readonly Action[]>();
  readonly #base: ArisState | undefined;

  constructor(base?: ArisState) {
    this.#base = base;
  }

  heldBy(input: { marketParticipant: string; uti: string }): readonly Action[] {
    return this.#held.get(keyOf(input)) ?? this.#base?.heldBy(input) ?? [];
  }

  /** A state to try records on: it sees this one and leaves it as it is. */
  fork(): ArisState {
    return new ArisState(this);
  }

  apply(record: JournalRecord): void {
    const held = [...this.heldBy(record)];
    if (record.action === 'E') held.pop();
    else held.push(record.action);
    this.#held.set(keyOf(record), held);
  }
}

/** Judges the records in their order and applies to the state what it accepts. */
export function judgeAsAris(input: { records: readonly ReportRecord[]; state: ArisState }): ArisJudgement {
  const sequences = input.records.map((record) => `${record.what === 'order' ? 'order' : 'trade'} ${record.recordSeq}`);
  const repeated = sequences.find((sequence, index) => sequences.indexOf(sequence) !== index);
  if (repeated !== undefined) {
    const text = `RecordSeqNumber of ${repeated} occurs more than once`;
    const records = input.records.map((record) => outcomeOf(record, 'rejected'));
    return { verdict: 'rejected', technical: 'rejected', findings: [{ ...ARIS_RULES.sequence, text }], records };
  }
  const findings: JournalFinding[] = [];
  const records = input.records.map((record) => {
    const own = findingsOf({ record, held: input.state.heldBy(identityOf(record)) });
    findings.push(...own);
    const outcome = outcomeOf(record, own.length === 0 ? 'accepted' : 'rejected');
    if (own.length === 0) input.state.apply(outcome);
    return outcome;
  });
  const acceptedCount = records.filter((record) => record.verdict === 'accepted').length;
  const verdict = acceptedCount === records.length ? 'accepted' : acceptedCount === 0 ? 'rejected' : 'partial';
  return { verdict, technical: 'accepted', findings, records };
}

function findingsOf(input: { record: ReportRecord; held: readonly Action[] }): JournalFinding[] {
  const { record, held } = input;
  const { recordSeq } = record;
  const findings: JournalFinding[] = [];
  const { marketParticipant, uti } = identityOf(record);
  if (record.action === 'N' && held.includes('N')) {
    findings.push({ recordSeq, ...ARIS_RULES.duplicate, text: `${marketParticipant} has reported N for ${uti} already` });
  } else if (record.action !== 'N' && held.length === 0) {
    findings.push({ recordSeq, ...ARIS_RULES.lifecycle, text: `${record.action} for ${uti} without an accepted N` });
  } else if (record.action !== 'N' && record.action !== 'E' && held.at(-1) === 'C') {
    findings.push({ recordSeq, ...ARIS_RULES.lifecycle, text: `${record.action} for ${uti} after its C` });
  }
  if (record.what !== 'trade') return findings;
  if (!record.hasTotalQuantity) {
    findings.push({ recordSeq, ...ARIS_RULES.totalQuantity, text: 'Trade must have Total Notional Contract Quantity defined' });
  }
  if (!record.hasPrice && !record.hasFixingIndex) {
    findings.push({ recordSeq, ...ARIS_RULES.price, text: 'Trade must have a price, a price by interval or a fixing index' });
  }
  return findings;
}

function outcomeOf(record: ReportRecord, verdict: 'accepted' | 'rejected'): JournalRecord {
  return { recordSeq: record.recordSeq, ...identityOf(record), action: record.action, verdict };
}

/** Orders have ids of their own beside those of trades. */
function identityOf(record: ReportRecord): { marketParticipant: string; uti: string } {
  return { marketParticipant: record.marketParticipant.value, uti: record.what === 'order' ? `order:${record.uti}` : record.uti };
}

function keyOf(input: { marketParticipant: string; uti: string }): string {
  return JSON.stringify([input.marketParticipant, input.uti]);
}
