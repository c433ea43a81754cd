import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArisState, judgeAsAris } from './aris-rules.ts';
import type { Journal, JournalEntry, JournalRecord, PlannedReceipt } from './journal.ts';
import { sha256Of } from './hash.ts';
import type { Misbehaviour } from './modes.ts';
import { type ReceiptPlanner, createReceiptPlanner } from './receipt-planner.ts';
import type { AcceptedEics, PartyRegistry } from './reference.ts';
import { type Validators, readReport } from './report-document.ts';
import { judgeAsRrm } from './rrm-checks.ts';

export type HeldFile = { sender: string; fileName: string; sha256: string; reference: string; receivedAt: string; state: string };
export type ListedReceipt = { cursor: number; messageId: string; fileName: string };

type Judged = Extract<JournalEntry, { kind: 'judged' }>;
type Received = Extract<JournalEntry, { kind: 'received' }>;

/**
 * RRM and ARIS in one: takes files, judges them later in two stages, lists receipts. All it knows is rebuilt from the journal, so that
 * a kill at any point loses nothing that anybody was told.
 */
export class Regulator {
  readonly #files = new Map<string, Received>();
  readonly #lowerNames = new Map<string, string>();
  readonly #judged = new Map<string, Judged>();
  readonly #receipts = new Map<string, PlannedReceipt>();
  readonly #listed = new Map<string, ListedReceipt[]>();
  readonly #publishedCount = new Map<string, number>();
  readonly #aris = new ArisState();
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastCursor = 0;
  readonly #deps: RegulatorDeps;
  readonly #planner: ReceiptPlanner;

  constructor(deps: RegulatorDeps) {
    this.#deps = deps;
    const { misbehaviour, now } = deps;
    this.#planner = createReceiptPlanner({ misbehaviour, now, nameOfAnother: (sender) => this.#nameOfAnother(sender) });
    mkdirSync(deps.filesDir, { recursive: true });
    for (const entry of deps.journal.entries) this.#remember(entry);
    this.#resume();
  }

  /** What is held under the name, or undefined. Each sender sees its own files only. */
  find(input: { sender: string; fileName: string }): HeldFile | undefined {
    const received = this.#files.get(keyOf(input));
    if (received === undefined) return undefined;
    const { sender, fileName, sha256, reference, at } = received;
    const aris = this.#judged.get(`aris ${keyOf(input)}`);
    const rrm = this.#judged.get(`rrm ${keyOf(input)}`);
    const state = aris !== undefined ? `aris-${aris.verdict}` : rrm !== undefined ? `rrm-${rrm.verdict}` : 'received';
    return { sender, fileName, sha256, reference, receivedAt: at, state };
  }

  /** Stores a file that is not held yet: its bytes, then the journal line, both on the disk before it returns. */
  receive(input: { sender: string; fileName: string; bytes: Uint8Array }): HeldFile {
    const { sender, fileName, bytes } = input;
    const sha256 = sha256Of(bytes);
    this.#writeFile(sha256, bytes);
    const { delays } = this.#deps.misbehaviour.current();
    const isDelayed = this.#deps.misbehaviour.strikes({ mode: 'delayed', kind: 'file', fileName });
    const reference = `SBX-${sha256Of(keyOf(input)).slice(0, 20)}`;
    this.#append({
      kind: 'received',
      sender,
      fileName,
      sha256,
      reference,
      byteCount: bytes.byteLength,
      waitMs: isDelayed ? delays.delayedMs : 0,
    });
    this.#after(delays.rrmMs + (isDelayed ? delays.delayedMs : 0), () => this.#judgeAsRrm(keyOf(input)));
    const held = this.find(input);
    if (held === undefined) throw new Error(`${fileName} was not remembered`);
    return held;
  }

  listReceipts(input: { sender: string; after: number; limit: number }): readonly ListedReceipt[] {
    const listed = this.#listed.get(input.sender) ?? [];
    let low = 0;
    for (let high = listed.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((listed[middle]?.cursor ?? 0) > input.after) high = middle;
      else low = middle + 1;
    }
    return listed.slice(low, low + input.limit);
  }

  receiptBytes(input: { sender: string; messageId: string }): Buffer | undefined {
    const receipt = this.#receipts.get(input.messageId);
    if (receipt === undefined || receipt.sender !== input.sender || !this.#publishedCount.has(input.messageId)) return undefined;
    return Buffer.from(receipt.bytesBase64, 'base64');
  }

  /** Files and receipts that still wait for a judgement or a listing. */
  pendingCount(): number {
    return this.#timers.size;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #append(event: Parameters<Journal['append']>[0]): JournalEntry {
    const entry = this.#deps.journal.append(event);
    this.#remember(entry);
    return entry;
  }

  /** The one place where an event changes what is known, live and at a restart alike. */
  #remember(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'received':
        this.#files.set(keyOf(entry), entry);
        if (!this.#lowerNames.has(lowerKeyOf(entry))) this.#lowerNames.set(lowerKeyOf(entry), entry.fileName);
        return;
      case 'judged':
        this.#judged.set(`${entry.stage} ${keyOf(entry)}`, entry);
        for (const receipt of entry.receipts) this.#receipts.set(receipt.messageId, receipt);
        if (entry.stage !== 'aris') return;
        for (const record of entry.records) if (record.verdict === 'accepted') this.#aris.apply(record);
        return;
      case 'published': {
        const { cursor, messageId, fileName } = entry;
        this.#lastCursor = Math.max(this.#lastCursor, cursor);
        this.#publishedCount.set(messageId, (this.#publishedCount.get(messageId) ?? 0) + 1);
        const listed = this.#listed.get(entry.sender) ?? [];
        listed.push({ cursor, messageId, fileName });
        this.#listed.set(entry.sender, listed);
        return;
      }
      case 'refused':
      case 'fault':
      case 'modes':
      case 'registry':
        return;
    }
  }

  /** Takes up what a stop or a kill interrupted. */
  #resume(): void {
    const { delays } = this.#deps.misbehaviour.current();
    for (const [key, received] of this.#files) {
      const rrm = this.#judged.get(`rrm ${key}`);
      if (rrm === undefined) this.#after(delays.rrmMs + received.waitMs, () => this.#judgeAsRrm(key));
      else if (rrm.verdict !== 'rejected' && !this.#judged.has(`aris ${key}`)) this.#after(delays.arisMs, () => this.#judgeAsAris(key));
    }
    for (const judged of this.#judged.values()) this.#plan(judged.receipts);
  }

  #after(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    this.#timers.add(timer);
  }

  #judgeAsRrm(key: string): void {
    const received = this.#received(key);
    const { sender, fileName, sha256 } = received;
    const { misbehaviour, eics, registry, validators } = this.#deps;
    const isNameTakenInOtherLetters = this.#lowerNames.get(lowerKeyOf(received)) !== fileName;
    const judgement = judgeAsRrm({
      fileName,
      sender,
      bytes: this.#readFile(sha256),
      isNameTakenInOtherLetters,
      eics,
      registry,
      validators,
    });
    const passed = new Set(judgement.passed);
    const records = (judgement.document?.records ?? []).map((record): JournalRecord => ({
      recordSeq: record.recordSeq,
      marketParticipant: record.marketParticipant.value,
      uti: record.uti,
      action: record.action,
      verdict: passed.has(record) ? 'accepted' : 'rejected',
    }));
    // Out of order: the RRM's receipt is kept back and comes with ARIS's, after it.
    const isKeptBack = judgement.verdict !== 'rejected' && misbehaviour.strikes({ mode: 'outOfOrder', kind: 'file', fileName });
    const { verdict, findings } = judgement;
    const receipts = isKeptBack ? [] : this.#planner.ofRrm({ sender, fileName, verdict, findings });
    this.#append({ kind: 'judged', stage: 'rrm', sender, fileName, sha256, verdict, findings, records, receipts });
    this.#plan(receipts);
    if (verdict !== 'rejected') this.#after(misbehaviour.current().delays.arisMs, () => this.#judgeAsAris(key));
  }

  #judgeAsAris(key: string): void {
    const { sender, fileName, sha256 } = this.#received(key);
    const rrm = this.#judged.get(`rrm ${key}`);
    if (rrm === undefined) throw new Error(`${fileName} comes to ARIS without the RRM's judgement`);
    const document = readReport({ bytes: this.#readFile(sha256), schema: undefined, validators: this.#deps.validators });
    const records = document.records.filter((_, index) => rrm.records[index]?.verdict === 'accepted');
    // The state is changed by remembering the journal entry, so the judgement works on a copy.
    const judgement = judgeAsAris({ records, state: this.#aris.fork() });
    const { verdict, findings } = judgement;
    const receipts = this.#planner.ofAris({ sender, fileName, sha256, judgement });
    if (rrm.receipts.length === 0)
      receipts.push(...this.#planner.ofRrm({ sender, fileName, verdict: rrm.verdict, findings: rrm.findings }).map(later));
    this.#append({ kind: 'judged', stage: 'aris', sender, fileName, sha256, verdict, findings, records: judgement.records, receipts });
    this.#plan(receipts);
  }

  #nameOfAnother(sender: string): string {
    const held = [...this.#files.values()].find((file) => file.sender !== sender);
    const other = this.#deps.senders.find((candidate) => candidate !== sender) ?? 'B9999999X.EU';
    return held?.fileName ?? `20000101_REMITTable1_V3_${other}_1.xml`;
  }

  #plan(receipts: readonly PlannedReceipt[]): void {
    const { correctionMs } = this.#deps.misbehaviour.current().delays;
    for (const receipt of receipts) {
      for (let nth = this.#publishedCount.get(receipt.messageId) ?? 0; nth < receipt.times; nth += 1) {
        this.#after(receipt.afterMs + nth * correctionMs, () => this.#publish(receipt));
      }
    }
  }

  #publish(receipt: PlannedReceipt): void {
    const { messageId, sender, fileName } = receipt;
    this.#append({ kind: 'published', messageId, sender, fileName, cursor: this.#lastCursor + 1 });
  }

  #received(key: string): Received {
    const received = this.#files.get(key);
    if (received === undefined) throw new Error(`no file ${key}`);
    return received;
  }

  #readFile(sha256: string): Buffer {
    const bytes = readFileSync(join(this.#deps.filesDir, sha256));
    if (sha256Of(bytes) !== sha256) throw new Error(`the stored file ${sha256} was changed on the disk`);
    return bytes;
  }

  #writeFile(sha256: string, bytes: Uint8Array): void {
    const path = join(this.#deps.filesDir, sha256);
    if (existsSync(path)) return;
    writeFileSync(`${path}.part`, bytes, { flush: true });
    renameSync(`${path}.part`, path);
    const folder = openSync(this.#deps.filesDir, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
}

export type RegulatorDeps = {
  journal: Journal;
  filesDir: string;
  misbehaviour: Misbehaviour;
  eics: AcceptedEics;
  registry: PartyRegistry;
  validators: Validators;
  /** ACER codes of everybody who has a token. */
  senders: readonly string[];
  now: () => Date;
};

function keyOf(input: { sender: string; fileName: string }): string {
  return `${input.sender} ${input.fileName}`;
}

function lowerKeyOf(input: { sender: string; fileName: string }): string {
  return `${input.sender} ${input.fileName.toLowerCase()}`;
}

/** After ARIS's receipt, whatever that one's delay is. */
function later(receipt: PlannedReceipt): PlannedReceipt {
  return { ...receipt, afterMs: receipt.afterMs + 50 };
}
