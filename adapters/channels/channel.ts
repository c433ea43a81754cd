import { createHash } from 'node:crypto';
import { assertNever, invariant } from '../../domain/errors/app-error.ts';

/** The exact bytes of one submission and the name under which they go out. The name is the idempotency key at the other side. */
export type ArtefactToSend = {
  readonly submissionId: string;
  readonly fileName: string;
  /** SHA-256 of `bytes`, lower-case hex. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
};

/** What one attempt came to. Only `unknown` needs a question before the next attempt. */
export type SendOutcome =
  | { readonly kind: 'delivered'; readonly reference: string }
  /** A definite no: these bytes were not stored there, and sending them again as they are changes nothing. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  /** Definite: nothing arrived. The same attempt may be made again later. */
  | { readonly kind: 'notSent'; readonly retryAfterMs?: number; readonly text: string }
  /** Timeout, reset, crash, or an answer that cannot be believed: ask before any resend. */
  | { readonly kind: 'unknown'; readonly text: string };

export type LookupOutcome =
  | { readonly kind: 'known'; readonly sha256: string; readonly reference: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly text: string };

/** One message that came back, byte for byte. */
export type ReceiptEnvelope = {
  /** Where to go on reading; opaque, in the order of arrival. */
  readonly cursor: string;
  /** The other side's id of the message. The same id may come again: dedupe on id and hash of the bytes. */
  readonly messageId: string;
  /** The file that the other side says it is about. A claim: the bytes may say otherwise. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** True where the message was longer than `RECEIPT_BYTES_MAX` and `bytes` holds only its beginning. */
  readonly truncated?: true;
};

/** The way to one RRM or trade repository. A new one is one file that passes `test/integration/channels/contract.ts`. */
export type Channel = {
  readonly id: string;
  readonly capabilities: {
    readonly maxFileBytes: number;
    /** Whether the other side can be asked what it holds under a name. */
    readonly lookup: boolean;
    readonly receipts: 'pull';
    readonly maxRequestsPerSecond: number;
  };
  /** One attempt. Never throws for what the network or the other side does. */
  send(artefact: ArtefactToSend): Promise<SendOutcome>;
  lookup(input: { fileName: string }): Promise<LookupOutcome>;
  /** Messages after the cursor, oldest first. Throws `AppError` `unavailable` where not even the first could be read. */
  listReceipts(input: { after?: string; limit: number }): Promise<readonly ReceiptEnvelope[]>;
};

export type SendOnceOutcome =
  | { readonly kind: 'delivered'; readonly reference: string; readonly how: 'sent' | 'found' }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'notSent'; readonly retryAfterMs?: number; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }
  /** Other bytes stand under our name at the other side: never resend, a person decides. */
  | { readonly kind: 'incident'; readonly storedSha256?: string; readonly text: string };

/** The `code` of a `refused` outcome that says: this name is taken there by other bytes. */
export const NAME_TAKEN_BY_OTHER_BYTES = 'name-taken-by-other-bytes';

/** A receipt longer than this is cut here; `readReceipt` accepts one byte less and calls the rest too large. */
export const RECEIPT_BYTES_MAX = 1024 * 1024 + 1;

const FILE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** True for a plain file name: no path, no hidden file, nothing to escape. */
export function isPlainFileName(fileName: string): boolean {
  return FILE_NAME_PATTERN.test(fileName) && !fileName.includes('..');
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes acknowledged must be the bytes stored: a wrong hash here is a bug of the caller. */
export function assertArtefactIntact(artefact: ArtefactToSend): void {
  invariant(sha256Hex(artefact.bytes) === artefact.sha256, `bytes of ${artefact.fileName} are not those of their SHA-256`);
}

/**
 * Sends once, effectively: asks first where an earlier outcome is not known, and never resends on a guess.
 * A duplicate answer with the same hash counts as delivered, with another hash is an incident.
 */
export async function sendOnce(input: {
  channel: Channel;
  artefact: ArtefactToSend;
  earlierOutcomeUnknown: boolean;
}): Promise<SendOnceOutcome> {
  const { channel, artefact } = input;
  if (input.earlierOutcomeUnknown) {
    const found = await askFirst({ channel, artefact });
    if (found !== undefined) return found;
  }
  const outcome = await channel.send(artefact);
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'delivered', reference: outcome.reference, how: 'sent' };
    case 'refused':
      return outcome.code === NAME_TAKEN_BY_OTHER_BYTES ? { kind: 'incident', text: outcome.text } : outcome;
    case 'notSent':
    case 'unknown':
      return outcome;
    default:
      return assertNever(outcome);
  }
}

/** The answer that makes a send needless or forbidden; undefined where the other side definitely has nothing. */
async function askFirst(input: { channel: Channel; artefact: ArtefactToSend }): Promise<SendOnceOutcome | undefined> {
  const { channel, artefact } = input;
  if (!channel.capabilities.lookup) {
    return { kind: 'unknown', text: `channel ${channel.id} cannot be asked what it holds; a person has to find out` };
  }
  const answer = await channel.lookup({ fileName: artefact.fileName });
  switch (answer.kind) {
    case 'absent':
      return undefined;
    case 'unknown':
      return { kind: 'unknown', text: `asked after an unknown outcome, no answer: ${answer.text}` };
    case 'known':
      return answer.sha256 === artefact.sha256
        ? { kind: 'delivered', reference: answer.reference, how: 'found' }
        : {
            kind: 'incident',
            storedSha256: answer.sha256,
            text: `${artefact.fileName} is held there with SHA-256 ${answer.sha256}, ours is ${artefact.sha256}`,
          };
    default:
      return assertNever(answer);
  }
}
