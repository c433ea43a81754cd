/** The invariants of this system; each must hold after every run of the stack. */
export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';

/** One place where an invariant does not hold, in words that lead there. */
export type Violation = { readonly invariant: InvariantId; readonly message: string };

/** What the checker is shown. It reads PostgreSQL as its owner, the regulator's own journal and Temporal's visibility, never our services. */
export type Evidence = {
  readonly adminUrl: string;
  /** Entries of the sandbox's journal, in order. */
  readonly journal: readonly JournalEntry[];
  /** True where a workflow with this id is open. */
  readonly isWorkflowOpen: (workflowId: string) => Promise<boolean>;
  /** Ids of the trades whose capture was answered with 202. */
  readonly acceptedTradeIds: readonly string[];
  /** Requests that were answered, to be repeated: the same key and body must give the same answer, another body must be refused. */
  readonly replay?: {
    readonly exchanges: readonly Exchange[];
    readonly send: (exchange: Exchange, body: string) => Promise<{ status: number; body: string }>;
  };
  /** The time by the system's own clock. */
  readonly now: Date;
  /** True where nothing is in flight any more, so that "at most once" becomes "exactly once". */
  readonly quiescent: boolean;
};

export type Exchange = {
  readonly route: string;
  readonly key: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
};

/** As far as the checker reads an entry of the journal. */
export type JournalEntry = {
  readonly kind: string;
  readonly at?: string;
  readonly stage?: string;
  readonly verdict?: string;
  readonly fileName?: string;
  readonly sha256?: string;
  /** Of a published receipt. */
  readonly messageId?: string;
  /** Receipts that a judgement made. */
  readonly receipts?: readonly { readonly messageId: string; readonly sha256: string }[];
  readonly records?: readonly { readonly uti: string; readonly action: string; readonly verdict: string }[];
};
