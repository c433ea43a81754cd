import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export type Stage = 'rrm' | 'aris';
export type Verdict = 'accepted' | 'rejected' | 'partial';
export type Action = 'N' | 'M' | 'C' | 'E';

export type JournalFinding = { recordSeq?: number; number: string; ruleId?: string; errorCode?: string; text: string };

/** One report of a file, and what became of it at this stage. */
export type JournalRecord = { recordSeq: number; marketParticipant: string; uti: string; action: Action; verdict: 'accepted' | 'rejected' };

/** A receipt that was made and is to be listed `afterMs` later, each time of `times` under a cursor of its own. */
export type PlannedReceipt = {
  messageId: string;
  fileName: string;
  sender: string;
  oddity?: string;
  afterMs: number;
  times: number;
  bytesBase64: string;
};

type FileFacts = { sender: string; fileName: string; sha256: string };

export type JournalEvent =
  | ({ kind: 'received'; reference: string; byteCount: number; waitMs: number } & FileFacts)
  | { kind: 'refused'; sender: string; fileName: string; sha256?: string; code: string; number?: string }
  | ({
      kind: 'judged';
      stage: Stage;
      verdict: Verdict;
      findings: JournalFinding[];
      records: JournalRecord[];
      receipts: PlannedReceipt[];
    } & FileFacts)
  | { kind: 'published'; messageId: string; sender: string; fileName: string; cursor: number }
  | { kind: 'fault'; mode: string; request: string; fileName: string; text?: string }
  | { kind: 'modes'; seed: string; modes: object; delays: object }
  | { kind: 'registry'; registry: object };

export type JournalEntry = JournalEvent & { seq: number; at: string };

/**
 * The sandbox's only memory of what happened: one JSON line an event, on the disk before anybody is told of it.
 * A last line that a crash cut short was told to nobody, and is cut off.
 */
export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly #file: number;
  readonly #now: () => Date;

  constructor(input: { path: string; now: () => Date }) {
    mkdirSync(dirname(input.path), { recursive: true });
    const text = existsSync(input.path) ? readFileSync(input.path) : Buffer.alloc(0);
    const whole = text.lastIndexOf(0x0a) + 1;
    for (const line of text.subarray(0, whole).toString('utf8').split('\n')) {
      if (line !== '') this.entries.push(entryOf(line));
    }
    this.#now = input.now;
    this.#file = openSync(input.path, 'a+');
    if (whole < text.byteLength) ftruncateSync(this.#file, whole);
  }

  append(event: JournalEvent): JournalEntry {
    const entry: JournalEntry = { seq: this.entries.length + 1, at: this.#now().toISOString(), ...event };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let written = 0; written < line.byteLength;) written += writeSync(this.#file, line, written);
    fsyncSync(this.#file);
    this.entries.push(entry);
    return entry;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A line of the journal as its entry: safe because nobody but `append` writes them. */
export function entryOf(line: string): JournalEntry {
  return JSON.parse(line) as JournalEntry;
}

export type AcceptedRecord = FileFacts & Omit<JournalRecord, 'verdict'>;

/** Every report that ARIS accepted, in order: what "accepted exactly once" is asserted on. */
export function acceptedRecords(entries: readonly JournalEntry[]): AcceptedRecord[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'judged' || entry.stage !== 'aris') return [];
    const { sender, fileName, sha256 } = entry;
    return entry.records
      .filter((record) => record.verdict === 'accepted')
      .map(({ recordSeq, marketParticipant, uti, action }) => ({ sender, fileName, sha256, recordSeq, marketParticipant, uti, action }));
  });
}
