import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
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
  sha256Hex,
} from './channel.ts';

export type FileChannelOptions = {
  readonly id: string;
  /**
   * The folder shared with the other side, on one file system. `outbox/`: what we drop, theirs to take away.
   * `inbox/`: what they drop. `ledger/` and `received/` are ours alone.
   */
  readonly directory: string;
  readonly maxFileBytes?: number;
};

const FILE_BYTES_MAX = 10 * 1024 * 1024;
const PART_SUFFIX = '.part';
const CURSOR_DIGITS = 12;
/** Files that a sender is still writing, by the usual conventions. */
const UNFINISHED = /^\.|\.(part|tmp|filepart)$/i;

const ledgerEntry = z.object({ fileName: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), submissionId: z.string() });

/**
 * A channel by file drop. The order on disk makes every crash decidable, also after the other side took the file away:
 * part file (fsync), ledger entry (fsync), rename of the part file to its name. While the part file is there nothing was
 * dropped; when it is gone and the ledger has the name, it was. One process sends one name at a time.
 */
export function createFileChannel(options: FileChannelOptions): Channel {
  const folder = {
    outbox: join(options.directory, 'outbox'),
    inbox: join(options.directory, 'inbox'),
    ledger: join(options.directory, 'ledger'),
    received: join(options.directory, 'received'),
  };
  const maxFileBytes = options.maxFileBytes ?? FILE_BYTES_MAX;
  const serialised = createQueueByKey();

  async function prepare(): Promise<void> {
    for (const path of Object.values(folder)) await mkdir(path, { recursive: true });
  }

  async function findHeld(fileName: string): Promise<LookupOutcome> {
    await prepare();
    const dropped = await readIfThere(join(folder.outbox, fileName));
    if (dropped !== undefined) return { kind: 'known', sha256: sha256Hex(dropped), reference: fileName };
    if (await exists(partPath(fileName))) return { kind: 'absent' };
    const entry = await readIfThere(join(folder.ledger, `${fileName}.json`));
    if (entry === undefined) return { kind: 'absent' };
    const parsed = ledgerEntry.safeParse(jsonOrUndefined(entry));
    if (!parsed.success) return { kind: 'unknown', text: `the ledger entry of ${fileName} cannot be read` };
    return { kind: 'known', sha256: parsed.data.sha256, reference: fileName };
  }

  function partPath(fileName: string): string {
    return join(folder.outbox, `.${fileName}${PART_SUFFIX}`);
  }

  async function drop(artefact: ArtefactToSend): Promise<SendOutcome> {
    const held = await findHeld(artefact.fileName);
    if (held.kind === 'unknown') return held;
    if (held.kind === 'known') {
      if (held.sha256 === artefact.sha256) return { kind: 'delivered', reference: held.reference };
      const text = `${artefact.fileName} was dropped with SHA-256 ${held.sha256}, ours is ${artefact.sha256}`;
      return { kind: 'refused', code: NAME_TAKEN_BY_OTHER_BYTES, text };
    }
    const part = partPath(artefact.fileName);
    try {
      // Overwritten, never removed: a crash while no part file is there would read as dropped.
      await writeDurably(part, artefact.bytes);
      const { fileName, sha256, submissionId } = artefact;
      await writeDurably(join(folder.ledger, `${fileName}.json`), Buffer.from(`${JSON.stringify({ fileName, sha256, submissionId })}\n`));
      await syncFolder(folder.outbox);
      await syncFolder(folder.ledger);
    } catch (error) {
      return { kind: 'notSent', text: textOf(error) };
    }
    try {
      await rename(part, join(folder.outbox, artefact.fileName));
      await syncFolder(folder.outbox);
    } catch (error) {
      return { kind: 'unknown', text: textOf(error) };
    }
    return { kind: 'delivered', reference: artefact.fileName };
  }

  async function send(artefact: ArtefactToSend): Promise<SendOutcome> {
    assertArtefactIntact(artefact);
    if (!isPlainFileName(artefact.fileName))
      return { kind: 'refused', code: 'bad-file-name', text: `'${artefact.fileName}' is not a file name` };
    if (artefact.bytes.byteLength > maxFileBytes) {
      return { kind: 'refused', code: 'file-too-large', text: `${artefact.bytes.byteLength} bytes; the channel takes ${maxFileBytes}` };
    }
    try {
      return await serialised(artefact.fileName, () => drop(artefact));
    } catch (error) {
      return { kind: 'unknown', text: textOf(error) };
    }
  }

  async function lookup(input: { fileName: string }): Promise<LookupOutcome> {
    if (!isPlainFileName(input.fileName)) return { kind: 'absent' };
    try {
      return await serialised(input.fileName, () => findHeld(input.fileName));
    } catch (error) {
      return { kind: 'unknown', text: textOf(error) };
    }
  }

  /** Gives every new file of the inbox its place in the order of arrival, once and for all. */
  async function takeIn(): Promise<string[]> {
    await prepare();
    const received = (await readdir(folder.received)).filter((name) => /^\d{12}__/.test(name)).toSorted();
    let last = Number((received.at(-1) ?? '0').slice(0, CURSOR_DIGITS));
    for (const name of (await readdir(folder.inbox)).toSorted()) {
      if (UNFINISHED.test(name) || !(await lstat(join(folder.inbox, name))).isFile()) continue;
      last += 1;
      const numbered = `${String(last).padStart(CURSOR_DIGITS, '0')}__${name}`;
      await rename(join(folder.inbox, name), join(folder.received, numbered));
      received.push(numbered);
    }
    return received;
  }

  async function listReceipts(input: { after?: string; limit: number }): Promise<readonly ReceiptEnvelope[]> {
    const received = await serialised('inbox/', takeIn);
    const after = input.after;
    const wanted = received.filter((name) => after === undefined || name.slice(0, CURSOR_DIGITS) > after).slice(0, input.limit);
    const envelopes: ReceiptEnvelope[] = [];
    for (const name of wanted) {
      const { bytes, truncated } = await readAtMost(join(folder.received, name), RECEIPT_BYTES_MAX);
      const original = name.slice(CURSOR_DIGITS + 2);
      envelopes.push({
        cursor: name.slice(0, CURSOR_DIGITS),
        messageId: name,
        fileName: judgedFileNameOf(original),
        bytes,
        ...(truncated ? { truncated: true as const } : {}),
      });
    }
    return envelopes;
  }

  return {
    id: options.id,
    capabilities: { maxFileBytes, lookup: true, receipts: 'pull', maxRequestsPerSecond: 100 },
    send,
    lookup,
    listReceipts,
  };
}

/** The sent file's name in a receipt's: `FA_<sent name>` and `Receipt_<sent name>`. @source GME PDR, `remit.md` section 2 */
function judgedFileNameOf(receiptName: string): string {
  return receiptName.replace(/^(FA|Receipt)_/, '');
}

/** Runs the tasks of one key one after the other. */
function createQueueByKey(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(task, task);
    tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === turn) tails.delete(key);
    }
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await openForWriting(path);
  await file.handle.writeFile(bytes);
  await file.handle.sync();
}

async function openForWriting(path: string): Promise<{ handle: FileHandle; [Symbol.asyncDispose](): Promise<void> }> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o640);
  return { handle, [Symbol.asyncDispose]: () => handle.close() };
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

async function readAtMost(path: string, bytesMax: number): Promise<{ bytes: Uint8Array; truncated: boolean }> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(bytesMax + 1);
    let filled = 0;
    while (filled < buffer.byteLength) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { bytes: new Uint8Array(buffer.subarray(0, Math.min(filled, bytesMax))), truncated: filled > bytesMax };
  } finally {
    await handle.close();
  }
}

function jsonOrUndefined(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
