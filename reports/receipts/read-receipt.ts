import type { ReceiptReading } from '../../domain/reporting/receipt.ts';
import { ARIS_NAMESPACE, readArisReceipt } from './aris-receipt.ts';
import { Incomplete } from './fields.ts';
import { PIPE_NAMESPACE, PIPE_ROOT, readPipeAcknowledgement } from './pipe-acknowledgement.ts';
import { readXmlTree } from './xml-tree.ts';

/** Receipts longer than this are kept and quarantined, not read. */
export const RECEIPT_READ_BYTES_MAX = 1024 * 1024;

/**
 * Reads the bytes of a receipt, whichever of the known formats they have, into our own words. Never throws for what the bytes
 * say. A receipt is believed only where it is complete, says everything once, and does not contradict itself.
 *
 * That it belongs to us, to this file and to this hash is for the caller to check: see `fileName` and `judgedSha256`.
 *
 * @example
 * const reading = readReceipt(bytes);
 * if (reading.kind === 'read' && reading.receipt.status === 'accepted') …
 */
export function readReceipt(bytes: Uint8Array): ReceiptReading {
  const xml = readXmlTree({ bytes, bytesMax: RECEIPT_READ_BYTES_MAX });
  if (xml.kind === 'unreadable') return xml;
  const { root } = xml;
  try {
    if (root.namespace === PIPE_NAMESPACE && root.localName === PIPE_ROOT) return { kind: 'read', receipt: readPipeAcknowledgement(root) };
    if (root.namespace === ARIS_NAMESPACE) return { kind: 'read', receipt: readArisReceipt(root) };
  } catch (error) {
    if (error instanceof Incomplete) return { kind: 'unreadable', reason: 'incomplete', text: error.message };
    throw error;
  }
  return {
    kind: 'unreadable',
    reason: 'unknown-format',
    text: `no receipt is known with the root {${root.namespace.slice(0, 200)}}${root.localName.slice(0, 100)}`,
  };
}
