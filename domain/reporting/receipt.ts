/** Who judged: `transport` the channel's door, `rrm` the registered reporting mechanism, `aris` the regulator. */
export type ReceiptStage = 'transport' | 'rrm' | 'aris';

export type ReceiptStatus = 'accepted' | 'rejected' | 'partial';

/** One judgement of one record, or of the whole file where `recordSeq` is absent. */
export type ReceiptFinding = {
  readonly recordSeq?: number;
  readonly status: 'accepted' | 'rejected';
  readonly ruleId?: string;
  readonly errorCode?: string;
  readonly text: string;
};

/** A receipt in our own words, whatever its format was. The raw bytes are kept beside it. */
export type Receipt = {
  /** Name of the file that was sent and is judged here. */
  readonly fileName: string;
  /** SHA-256 (hex) of the bytes that were judged, where the sender of the receipt states it. */
  readonly judgedSha256?: string;
  readonly stage: ReceiptStage;
  readonly status: ReceiptStatus;
  readonly issuedAt: string;
  /** The issuer's own id of this receipt. */
  readonly messageId: string;
  readonly findings: readonly ReceiptFinding[];
};

/** What reading the bytes of a receipt came to. Bytes that cannot be believed are kept and quarantined with the reason. */
export type ReceiptReading =
  | { readonly kind: 'read'; readonly receipt: Receipt }
  | {
      readonly kind: 'unreadable';
      readonly reason: 'too-large' | 'doctype' | 'not-well-formed' | 'unknown-format' | 'incomplete';
      readonly text: string;
    };
