import {
  type ArtefactToSend,
  type Channel,
  type LookupOutcome,
  NAME_TAKEN_BY_OTHER_BYTES,
  type ReceiptEnvelope,
  type SendOutcome,
  sha256Hex,
} from '../../../../adapters/channels/channel.ts';
import { CHANNEL_ID } from './reporting-world.ts';

/** What the other side does with the next send. */
export type SendMood = 'take' | 'takeAndLoseAck' | 'dropAndTimeOut' | 'refuse' | 'busy';

/** The other side of the port, in memory: it holds files by name, answers as told, and counts what reached it. */
export class ScriptedChannel implements Channel {
  readonly id = CHANNEL_ID;
  readonly capabilities = { maxFileBytes: 10_000_000, lookup: true, receipts: 'pull' as const, maxRequestsPerSecond: 1_000 };
  readonly held = new Map<string, string>();
  readonly moods: SendMood[] = [];
  readonly receipts: ReceiptEnvelope[] = [];
  sends = 0;
  lookups = 0;
  isLookupDown = false;
  /** Runs while a send is under way, as the world does not stand still meanwhile. */
  duringSend: (artefact: ArtefactToSend) => Promise<void> = async () => undefined;

  async send(artefact: ArtefactToSend): Promise<SendOutcome> {
    this.sends += 1;
    await this.duringSend(artefact);
    switch (this.moods.shift() ?? 'take') {
      case 'take':
        return this.#take(artefact);
      case 'takeAndLoseAck':
        this.#take(artefact);
        return { kind: 'unknown', text: 'the connection was reset' };
      case 'dropAndTimeOut':
        return { kind: 'unknown', text: 'no answer in time' };
      case 'refuse':
        return { kind: 'refused', code: 'RRM-111', text: 'delivery point is not accepted' };
      case 'busy':
        return { kind: 'notSent', retryAfterMs: 1500, text: 'too many requests' };
    }
  }

  async lookup(input: { fileName: string }): Promise<LookupOutcome> {
    this.lookups += 1;
    if (this.isLookupDown) return { kind: 'unknown', text: 'status 503' };
    const sha256 = this.held.get(input.fileName);
    return sha256 === undefined ? { kind: 'absent' } : { kind: 'known', sha256, reference: input.fileName };
  }

  async listReceipts(input: { after?: string; limit: number }): Promise<readonly ReceiptEnvelope[]> {
    const from = input.after === undefined ? 0 : this.receipts.findIndex(({ cursor }) => cursor === input.after) + 1;
    return this.receipts.slice(from, from + input.limit);
  }

  #take(artefact: ArtefactToSend): SendOutcome {
    const sha256 = sha256Hex(artefact.bytes);
    const known = this.held.get(artefact.fileName);
    if (known !== undefined && known !== sha256) return { kind: 'refused', code: NAME_TAKEN_BY_OTHER_BYTES, text: 'the name is taken' };
    this.held.set(artefact.fileName, sha256);
    return { kind: 'delivered', reference: `ref-${artefact.fileName}` };
  }
}
