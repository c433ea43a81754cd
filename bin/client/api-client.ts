import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** One answer of the API. `json` is the parsed body where it is JSON. */
export type ApiAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly json: unknown;
};

export type ApiRequest = {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Given by the caller where the request may be repeated later; else a fresh one for each call. */
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
};

/** Calls the API as one user. Repeats what the API calls retryable, and what got no answer at all, with the same key. */
export type ApiClient = { readonly url: string; request(request: ApiRequest): Promise<ApiAnswer> };

/** Together longer than the claim of a key that a crashed process left behind. */
const REPEATS_MAX = 320;
const REPEAT_DELAY_MS = 250;
const TIMEOUT_MS = 30_000;

export function createApiClient(input: { url: string; key: string }): ApiClient {
  return {
    url: input.url,
    request: async (request) => {
      const idempotencyKey = request.idempotencyKey ?? `cli-${randomUUID()}`;
      for (let repeat = 0; ; repeat += 1) {
        const answer = await sendOnce(input, { ...request, idempotencyKey });
        const mayRepeat = answer === undefined || answer.status === 503 || answer.status === 429 || isInUse(answer);
        if (answer !== undefined && (!mayRepeat || repeat >= REPEATS_MAX)) return answer;
        if (repeat >= REPEATS_MAX) throw new Error(`${input.url} does not answer. Is the stack up? \`npm start\` starts it.`);
        await sleep(REPEAT_DELAY_MS);
      }
    },
  };
}

async function sendOnce(target: { url: string; key: string }, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const headers: Record<string, string> = { Authorization: `Bearer ${target.key}` };
  if (request.method === 'POST') {
    headers['Content-Type'] = 'application/json';
    headers['Idempotency-Key'] = request.idempotencyKey ?? '';
  }
  if (request.ifMatch !== undefined) headers['If-Match'] = request.ifMatch;
  try {
    const response = await fetch(`${target.url}${request.path}`, {
      method: request.method ?? 'GET',
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
    const text = Buffer.from(bytes).toString('utf8');
    return { status: response.status, headers: response.headers, bytes, text, json: isJson ? JSON.parse(text) : undefined };
  } catch {
    return undefined;
  }
}

function isInUse(answer: ApiAnswer): boolean {
  return answer.status === 409 && answer.text.includes('"idempotency-key-in-use"');
}
