import { Agent } from 'node:https';
import * as z from 'zod';
import { AppError } from '../../domain/errors/app-error.ts';
import {
  type ArtefactToSend,
  type Channel,
  type LookupOutcome,
  NAME_TAKEN_BY_OTHER_BYTES,
  RECEIPT_BYTES_MAX,
  type ReceiptEnvelope,
  type SendOutcome,
  assertArtefactIntact,
  isPlainFileName,
} from './channel.ts';
import { type ExchangeRequest, type ExchangeResult, exchange } from './https-exchange.ts';

export type HttpsChannelOptions = {
  readonly id: string;
  /** Origin and optional path prefix, https only. */
  readonly baseUrl: string;
  readonly token: string;
  /** Trusted in place of the public authorities, for a channel with a certificate of its own. */
  readonly caPem?: string;
  /** Bound on one request from its start to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly maxFileBytes?: number;
  readonly maxRequestsPerSecond?: number;
};

/** The size that a live RRM (GME PDR) accepts. @source GME PDR, `remit.md` section 2 */
const FILE_BYTES_MAX = 10 * 1024 * 1024;
const ANSWER_BYTES_MAX = 64 * 1024;
const RECEIPT_LIST_BYTES_MAX = 1024 * 1024;
const RECEIPTS_PER_PAGE_MAX = 500;
const RETRY_AFTER_MS_MAX = 60 * 60 * 1000;
const SOCKETS_MAX = 16;

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);
const acceptedAnswer = z.object({ reference: z.string().min(1).max(200) });
const duplicateAnswer = z.object({ code: z.literal('duplicate-file'), sha256: sha256Text, reference: z.string().max(200).optional() });
const refusalAnswer = z.object({ code: z.string().min(1).max(100), message: z.string().max(2000).optional() });
const heldAnswer = z.object({ fileName: z.string(), sha256: sha256Text, reference: z.string().max(200).optional() });
const listAnswer = z.object({
  receipts: z
    .array(z.object({ cursor: z.string().min(1).max(100), messageId: z.string().min(1).max(200), fileName: z.string().max(300) }))
    .max(RECEIPTS_PER_PAGE_MAX),
});

/** A channel over HTTPS to an RRM that speaks the sandbox's protocol. `close()` frees its sockets. */
export function createHttpsChannel(options: HttpsChannelOptions): Channel & { close(): void } {
  const baseUrl = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
  if (baseUrl.protocol !== 'https:') throw new Error(`channel ${options.id}: '${options.baseUrl}' is not https`);
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX, ...(options.caPem === undefined ? {} : { ca: options.caPem }) });
  const maxFileBytes = options.maxFileBytes ?? FILE_BYTES_MAX;

  function call(
    path: string,
    request: Omit<ExchangeRequest, 'url' | 'headers'>,
    headers: Record<string, string> = {},
  ): Promise<ExchangeResult> {
    const url = new URL(path, baseUrl);
    return exchange({
      agent,
      timeoutMs: options.timeoutMs,
      request: { ...request, url, headers: { authorization: `Bearer ${options.token}`, accept: 'application/json', ...headers } },
    });
  }

  async function send(artefact: ArtefactToSend): Promise<SendOutcome> {
    assertArtefactIntact(artefact);
    if (!isPlainFileName(artefact.fileName))
      return { kind: 'refused', code: 'bad-file-name', text: `'${artefact.fileName}' is not a file name` };
    if (artefact.bytes.byteLength > maxFileBytes) {
      return { kind: 'refused', code: 'file-too-large', text: `${artefact.bytes.byteLength} bytes; the channel takes ${maxFileBytes}` };
    }
    const result = await call(
      `files/${encodeURIComponent(artefact.fileName)}`,
      { method: 'POST', body: artefact.bytes, responseBytesMax: ANSWER_BYTES_MAX },
      { 'content-type': 'application/xml', 'x-content-sha256': artefact.sha256, 'x-submission-id': artefact.submissionId },
    );
    if (result.kind === 'notConnected') return { kind: 'notSent', text: result.text };
    if (result.kind === 'lost') return { kind: 'unknown', text: result.text };
    return classifySendAnswer({ answer: result, artefact });
  }

  async function lookup(input: { fileName: string }): Promise<LookupOutcome> {
    const result = await call(`files/${encodeURIComponent(input.fileName)}`, { method: 'GET', responseBytesMax: ANSWER_BYTES_MAX });
    if (result.kind !== 'answer') return { kind: 'unknown', text: result.text };
    const body = jsonOf(result);
    if (result.status === 200) {
      const held = heldAnswer.safeParse(body);
      if (!held.success || held.data.fileName !== input.fileName)
        return { kind: 'unknown', text: 'the answer to the question makes no sense' };
      return { kind: 'known', sha256: held.data.sha256, reference: held.data.reference ?? held.data.fileName };
    }
    // A 404 of a proxy or a wrong address must not be read as "we do not have it".
    const refusal = refusalAnswer.safeParse(body);
    if (result.status === 404 && refusal.success && refusal.data.code === 'file-not-found') return { kind: 'absent' };
    return { kind: 'unknown', text: `status ${result.status} to the question` };
  }

  async function fetchReceipt(messageId: string): Promise<{ bytes: Uint8Array; truncated: boolean }> {
    const result = await call(`receipts/${encodeURIComponent(messageId)}`, { method: 'GET', responseBytesMax: RECEIPT_BYTES_MAX });
    if (result.kind !== 'answer') throw unavailable(options.id, result.text);
    if (result.status !== 200) throw unavailable(options.id, `status ${result.status} for receipt ${messageId}`);
    return { bytes: new Uint8Array(result.body), truncated: result.truncated };
  }

  async function listReceipts(input: { after?: string; limit: number }): Promise<readonly ReceiptEnvelope[]> {
    const query = new URLSearchParams({ limit: String(Math.min(Math.max(1, input.limit), RECEIPTS_PER_PAGE_MAX)) });
    if (input.after !== undefined) query.set('after', input.after);
    const result = await call(`receipts?${query.toString()}`, { method: 'GET', responseBytesMax: RECEIPT_LIST_BYTES_MAX });
    if (result.kind !== 'answer') throw unavailable(options.id, result.text);
    const list = listAnswer.safeParse(jsonOf(result));
    if (result.status !== 200 || !list.success) throw unavailable(options.id, `status ${result.status} for the list of receipts`);

    const envelopes: ReceiptEnvelope[] = [];
    for (const entry of list.data.receipts.slice(0, input.limit)) {
      try {
        const { bytes, truncated } = await fetchReceipt(entry.messageId);
        envelopes.push({ ...entry, bytes, ...(truncated ? { truncated: true as const } : {}) });
      } catch (error) {
        // What was read stands; the caller goes on from the last cursor.
        if (envelopes.length === 0) throw error;
        return envelopes;
      }
    }
    return envelopes;
  }

  return {
    id: options.id,
    capabilities: { maxFileBytes, lookup: true, receipts: 'pull', maxRequestsPerSecond: options.maxRequestsPerSecond ?? 20 },
    send,
    lookup,
    listReceipts,
    close: () => agent.destroy(),
  };
}

type Answer = Extract<ExchangeResult, { kind: 'answer' }>;

/** What a status and its body prove about an upload. Whatever proves nothing is `unknown`. */
export function classifySendAnswer(input: { answer: Answer; artefact: ArtefactToSend }): SendOutcome {
  const { answer, artefact } = input;
  const { status } = answer;
  const body = jsonOf(answer);
  if (status >= 200 && status < 300) {
    const accepted = acceptedAnswer.safeParse(body);
    return accepted.success
      ? { kind: 'delivered', reference: accepted.data.reference }
      : { kind: 'unknown', text: `status ${status} without a reference` };
  }
  if (status === 409) {
    const duplicate = duplicateAnswer.safeParse(body);
    if (!duplicate.success) return { kind: 'unknown', text: 'a conflict that does not say which' };
    if (duplicate.data.sha256 === artefact.sha256) return { kind: 'delivered', reference: duplicate.data.reference ?? artefact.fileName };
    return {
      kind: 'refused',
      code: NAME_TAKEN_BY_OTHER_BYTES,
      text: `${artefact.fileName} is held there with SHA-256 ${duplicate.data.sha256}, ours is ${artefact.sha256}`,
    };
  }
  const retryAfterMs = retryAfterOf(answer);
  // Only a 503 that says when to come back is the server's own refusal; one without it may be a proxy that had forwarded the file.
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    return { kind: 'notSent', text: `status ${status}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 400 && status < 500 && status !== 408) {
    const refusal = refusalAnswer.safeParse(body);
    return refusal.success
      ? { kind: 'refused', code: refusal.data.code, text: refusal.data.message ?? `status ${status}` }
      : { kind: 'refused', code: `http-${status}`, text: `status ${status}` };
  }
  return { kind: 'unknown', text: `status ${status}` };
}

/** Retry-After in either of its forms; a date counts from the server's own `Date`. Capped, never negative. */
function retryAfterOf(answer: Answer): number | undefined {
  const text = answer.headers['retry-after'];
  if (text === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(0, waitMs), RETRY_AFTER_MS_MAX);
}

function jsonOf(answer: Answer): unknown {
  if (answer.truncated) return undefined;
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function unavailable(channelId: string, text: string): AppError {
  return new AppError({ code: 'unavailable', message: `Channel ${channelId}: ${text}.`, retryable: true });
}
