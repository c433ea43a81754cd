import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiAnswer, ApiClient, ApiRequest } from '../../bin/client/api-client.ts';
import type { Evidence, Exchange } from '../../bin/invariants/violation.ts';

/** Notes every POST with its answer, so that it can be sent again under the same key, and calls `onPost` while one is under way. */
export type Recorder = {
  record(input: { api: ApiClient; key: string }): ApiClient;
  /** Called with the number of the POST, right after it was sent and before its answer. */
  onPost: (number: number) => void;
  replay(): NonNullable<Evidence['replay']>;
};

export function createRecorder(): Recorder {
  const exchanges: Exchange[] = [];
  const sent = new Map<string, { url: string; headers: Record<string, string> }>();
  let posts = 0;
  const recorder: Recorder = {
    onPost: () => undefined,
    record: ({ api, key }) => ({
      url: api.url,
      request: async (request) => {
        if (request.method !== 'POST') return await api.request(request);
        const idempotencyKey = request.idempotencyKey ?? `test-${randomUUID()}`;
        const answering = requestPatiently(api, { ...request, idempotencyKey });
        posts += 1;
        recorder.onPost(posts);
        const answer = await answering;
        if (answer.status === 412) return (await readAgain(api, request)) ?? answer;
        const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
        sent.set(idempotencyKey, {
          url: `${api.url}${request.path}`,
          headers: request.ifMatch === undefined ? headers : { ...headers, 'If-Match': request.ifMatch },
        });
        const body = JSON.stringify(request.body ?? {});
        exchanges.push({ route: request.path, key: idempotencyKey, body, status: answer.status, answer: answer.text });
        return answer;
      },
    }),
    replay: () => ({
      exchanges,
      send: async (exchange, body) => {
        const target = sent.get(exchange.key);
        if (target === undefined) throw new Error(`nothing was sent under ${exchange.key}`);
        const response = await fetch(target.url, { method: 'POST', headers: target.headers, body });
        return { status: response.status, body: await response.text() };
      },
    }),
  };
  return recorder;
}

/** A key that a killed process had claimed is free again after a minute; the client's own patience is shorter. */
const PATIENCE_MS = 100_000;
const PAUSE_MS = 1_000;

async function requestPatiently(api: ApiClient, request: ApiRequest): Promise<ApiAnswer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await api.request(request);
    const mayRepeat = answer.status === 503 || (answer.status === 409 && answer.text.includes('"idempotency-key-in-use"'));
    if (!mayRepeat || performance.now() > deadline) return answer;
    await sleep(PAUSE_MS);
  }
}

const WAITS_FOR_A_PERSON = new Set(['held', 'open']);

/** What a person does where his command met another state: he reads it again, and is content where it was done. */
async function readAgain(api: ApiClient, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const found = await api.request({ path: request.path.slice(0, request.path.lastIndexOf('/')) });
  const { state } = z.looseObject({ state: z.string() }).parse(found.json);
  return WAITS_FOR_A_PERSON.has(state) ? undefined : found;
}
