import { readFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import type { JournalEntry } from '../invariants/violation.ts';
import type { Stack } from '../stack/stack.ts';

/** The sandbox from its operator's side: its registry of parties and its journal. */
export type SandboxAdmin = {
  setUnregistered(acerCodes: readonly string[]): Promise<void>;
  readJournal(): Promise<readonly JournalEntry[]>;
};

const JOURNAL_PAGES_MAX = 10_000;

export async function createSandboxAdmin(stack: Stack): Promise<SandboxAdmin> {
  const url = stack.urls['sandbox'];
  if (url === undefined) throw new Error('this stack runs no sandbox');
  const ca = await readFile(stack.env['CHANNEL_CA_FILE'] ?? path.join(stack.profileDir, 'sandbox', 'ca.pem'), 'utf8');
  const call = (method: string, route: string, body?: unknown): Promise<string> =>
    callJson({ url: `${url}${route}`, method, ca, token: stack.secrets.sandboxAdminToken, ...(body === undefined ? {} : { body }) });
  return {
    setUnregistered: async (unregistered) => {
      await call('PUT', '/admin/registry', { mode: 'wellShaped', registered: [], unregistered });
    },
    readJournal: async () => {
      const entries: (JournalEntry & { seq: number })[] = [];
      for (let page = 0; page < JOURNAL_PAGES_MAX; page += 1) {
        const found = parseJournalPage(await call('GET', `/journal?after=${entries.at(-1)?.seq ?? 0}`));
        if (found.length === 0) break;
        entries.push(...found);
      }
      return entries;
    },
  };
}

function parseJournalPage(text: string): (JournalEntry & { seq: number })[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry & { seq: number });
}

function callJson(input: { url: string; method: string; ca: string; token: string; body?: unknown }): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      input.url,
      { method: input.method, ca: input.ca, headers: { Authorization: `Bearer ${input.token}`, 'Content-Type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if ((response.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${input.method} ${input.url} was answered with ${response.statusCode}: ${text}`));
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(input.body === undefined ? undefined : JSON.stringify(input.body));
  });
}
