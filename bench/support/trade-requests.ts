import { sampleDraftInput } from '../../test/support/sample-draft.ts';

/** Finished POSTs of different trades; `series` keeps those of one round apart from all others. */
export function tradeRequests(input: { path: string; apiKey: string; series: string; count: number }): readonly Buffer[] {
  return Array.from({ length: input.count }, (_, index) => {
    const id = `${input.series}-${index}`;
    const body = JSON.stringify(sampleDraftInput({ sourceTradeId: id }));
    return Buffer.from(
      `POST ${input.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${input.apiKey}\r\nIdempotency-Key: ${id}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
}
