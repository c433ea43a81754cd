import { describe, expect, it } from 'vitest';
import { type ArtefactToSend, type Channel, NAME_TAKEN_BY_OTHER_BYTES, sendOnce } from '../../../adapters/channels/channel.ts';
import { artefactOf, fileNameOf, reportArtefact } from './report-fixture.ts';

/** A channel with a peer at the other end that tests can play. */
export type ChannelUnderTest = {
  channel: Channel;
  /** Makes the peer answer with at least `count` receipts about files sent before. */
  bringReceipts(input: { artefacts: readonly ArtefactToSend[]; count: number }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** What every channel promises. A new channel passes this unchanged. */
export function describeChannelContract(name: string, start: () => Promise<ChannelUnderTest>): void {
  describe(`channel contract: ${name}`, () => {
    it('delivers, and knows afterwards what it delivered', async () => {
      await using under = await start();
      const artefact = reportArtefact({ sequence: 1 });
      expect(await under.channel.lookup({ fileName: artefact.fileName })).toEqual({ kind: 'absent' });
      const sent = await under.channel.send(artefact);
      expect(sent.kind).toBe('delivered');
      expect(await under.channel.lookup({ fileName: artefact.fileName })).toMatchObject({ kind: 'known', sha256: artefact.sha256 });
    });

    it('counts the same bytes under the same name as delivered', async () => {
      await using under = await start();
      const artefact = reportArtefact({ sequence: 1 });
      await under.channel.send(artefact);
      expect((await under.channel.send(artefact)).kind).toBe('delivered');
    });

    it('refuses other bytes under a name that is taken, and sendOnce calls it an incident', async () => {
      await using under = await start();
      const first = reportArtefact({ sequence: 1 });
      const second = reportArtefact({ sequence: 1, uti: 'ANOTHER', fileName: first.fileName });
      await under.channel.send(first);
      expect(await under.channel.send(second)).toMatchObject({ kind: 'refused', code: NAME_TAKEN_BY_OTHER_BYTES });
      const { channel } = under;
      expect((await sendOnce({ channel, artefact: second, earlierOutcomeUnknown: false })).kind).toBe('incident');
      expect(await sendOnce({ channel, artefact: second, earlierOutcomeUnknown: true })).toMatchObject({
        kind: 'incident',
        storedSha256: first.sha256,
      });
      expect(await channel.lookup({ fileName: first.fileName })).toMatchObject({ kind: 'known', sha256: first.sha256 });
    });

    it('finds a file of an unknown outcome instead of sending it again', async () => {
      await using under = await start();
      const { channel } = under;
      const artefact = reportArtefact({ sequence: 1 });
      await channel.send(artefact);
      expect(await sendOnce({ channel, artefact, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'found' });
      const fresh = reportArtefact({ sequence: 2 });
      expect(await sendOnce({ channel, artefact: fresh, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'sent' });
    });

    it('stores one file when the same artefact is sent many times at once', async () => {
      await using under = await start();
      const artefact = reportArtefact({ sequence: 1 });
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => under.channel.send(artefact)));
      expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['delivered']));
    });

    it.each(['../escape.xml', 'a/b.xml', '.hidden.xml', '', 'a\0.xml', 'a b.xml'])('refuses the file name %j', async (fileName) => {
      await using under = await start();
      expect(await under.channel.send(artefactOf({ fileName, text: '<a/>' }))).toMatchObject({ kind: 'refused', code: 'bad-file-name' });
    });

    it('refuses a file above its size before a byte leaves', async () => {
      await using under = await start();
      const text = 'x'.repeat(under.channel.capabilities.maxFileBytes + 1);
      const artefact = artefactOf({ fileName: fileNameOf({ sequence: 1 }), text });
      expect(await under.channel.send(artefact)).toMatchObject({ kind: 'refused', code: 'file-too-large' });
    });

    it('does not send bytes that are not those of their hash', async () => {
      await using under = await start();
      const artefact = { ...reportArtefact({ sequence: 1 }), sha256: '0'.repeat(64) };
      await expect(under.channel.send(artefact)).rejects.toThrow('invariant');
    });

    it('lists receipts in the order of arrival, goes on from a cursor, and gives the same again', async () => {
      await using under = await start();
      const artefacts = [reportArtefact({ sequence: 1 }), reportArtefact({ sequence: 2 })];
      for (const artefact of artefacts) await under.channel.send(artefact);
      await under.bringReceipts({ artefacts, count: 3 });
      const all = await under.channel.listReceipts({ limit: 100 });
      expect(all.length).toBeGreaterThanOrEqual(3);
      expect(await under.channel.listReceipts({ limit: 100 })).toEqual(all);
      const [first, ...rest] = all;
      expect(await under.channel.listReceipts({ limit: 1 })).toEqual([first]);
      expect(await under.channel.listReceipts({ after: first?.cursor ?? '', limit: 100 })).toEqual(rest);
      expect(await under.channel.listReceipts({ after: all.at(-1)?.cursor ?? '', limit: 100 })).toEqual([]);
      expect(artefacts.map((artefact) => artefact.fileName)).toContain(first?.fileName);
    });
  });
}
