import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { type TargetPolicy, isPublicAddress, targetUrlIssues } from './target-url.ts';

/** What came of one call: the status of the answer, or why there was none. */
export type WebhookAnswer = { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'failed'; readonly error: string };

/** Sends one webhook. Never throws: whatever goes wrong is an answer. */
export type WebhookHttp = {
  post(input: { url: string; headers: Readonly<Record<string, string>>; body: string; timeoutMs: number }): Promise<WebhookAnswer>;
};

const ANSWER_BYTES_MAX = 65_536;

/**
 * Calls endpoints over HTTP(S) without following redirects. The guard against reaching into our own networks sits in the look-up of the
 * connection itself, so that a name that answers with another address the second time does not get through.
 */
export function createWebhookHttp(policy: TargetPolicy): WebhookHttp {
  return {
    post: async (input) => {
      const [issue] = targetUrlIssues(input.url, policy);
      return issue === undefined ? await send(input, policy) : { kind: 'failed', error: issue.message };
    },
  };
}

async function send(input: Parameters<WebhookHttp['post']>[0], policy: TargetPolicy): Promise<WebhookAnswer> {
  const url = new URL(input.url);
  const options = {
    method: 'POST',
    headers: { ...input.headers, 'content-length': Buffer.byteLength(input.body) },
    signal: AbortSignal.timeout(input.timeoutMs),
    agent: false,
    ...(policy.allowPrivate ? {} : { lookup: publicLookup }),
  };
  return await new Promise((resolve) => {
    const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
    request.on('error', (error) => resolve({ kind: 'failed', error: error.message }));
    request.on('response', (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        // The body says nothing that we need; an endless one must not hold the sender.
        if (bytes > ANSWER_BYTES_MAX) response.destroy();
      });
      response.on('close', () => resolve({ kind: 'answered', status: response.statusCode ?? 0 }));
    });
    request.end(input.body);
  });
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 4);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
      return callback(new Error(`${hostname} leads to a loopback, private or link-local address`), '', 4);
    }
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
