import { request } from 'node:http';
import type { Agent } from 'node:http';

/** POSTs one body over a kept connection and gives the parsed answer; anything but a 202 is an error. */
export function postTrade(input: { url: URL; agent: Agent; apiKey: string; key: string; body: unknown }): Promise<unknown> {
  const text = Buffer.from(JSON.stringify(input.body));
  return new Promise((resolve, reject) => {
    const outgoing = request(input.url, {
      method: 'POST',
      agent: input.agent,
      headers: {
        authorization: `Bearer ${input.apiKey}`,
        'idempotency-key': input.key,
        'content-type': 'application/json',
        'content-length': text.byteLength,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (incoming.statusCode === 202) resolve(JSON.parse(answer));
        else reject(new Error(`POST was answered with ${incoming.statusCode}: ${answer}`));
      });
    });
    outgoing.end(text);
  });
}
