import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sendOnce } from '../../../adapters/channels/channel.ts';
import { createFileChannel } from '../../../adapters/channels/file-channel.ts';
import { describeChannelContract } from './contract.ts';
import { reportArtefact } from './report-fixture.ts';

async function startDrop() {
  const directory = await mkdtemp(join(tmpdir(), 'energyopti-drop-'));
  await mkdir(join(directory, 'inbox'), { recursive: true });
  return {
    directory,
    channel: createFileChannel({ id: 'drop', directory }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

describeChannelContract('file drop', async () => {
  const drop = await startDrop();
  return {
    channel: drop.channel,
    bringReceipts: async ({ artefacts, count }) => {
      for (let n = 0; n < count; n += 1) {
        const { fileName } = artefacts[n % artefacts.length] ?? { fileName: '' };
        await writeFile(join(drop.directory, 'inbox', `${n % 2 === 0 ? 'FA' : 'Receipt'}_${fileName}`), `<n>${n}</n>`);
        await drop.channel.listReceipts({ limit: 1 });
      }
      await writeFile(join(drop.directory, 'inbox', artefacts[0]?.fileName ?? ''), '<last/>');
    },
    [Symbol.asyncDispose]: () => drop[Symbol.asyncDispose](),
  };
});

const artefact = reportArtefact({ sequence: 1 });

describe('file drop', () => {
  it('shows the other side whole files only, under their names', async () => {
    await using drop = await startDrop();
    await drop.channel.send(artefact);
    const visible = (await readdir(join(drop.directory, 'outbox'))).filter((name) => !name.startsWith('.'));
    expect(visible).toEqual([artefact.fileName]);
    expect(await readFile(join(drop.directory, 'outbox', artefact.fileName))).toEqual(Buffer.from(artefact.bytes));
  });

  it('does not drop a file again that the other side has taken away', async () => {
    await using drop = await startDrop();
    const { channel } = drop;
    await channel.send(artefact);
    await rename(join(drop.directory, 'outbox', artefact.fileName), join(drop.directory, 'taken.xml'));
    expect(await sendOnce({ channel, artefact, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'found' });
    expect(await channel.send(artefact)).toMatchObject({ kind: 'delivered' });
    expect((await readdir(join(drop.directory, 'outbox'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('knows after a crash before the rename that nothing was dropped, and drops it then', async () => {
    await using drop = await startDrop();
    const { channel, directory } = drop;
    await channel.lookup({ fileName: artefact.fileName });
    // The state a kill leaves between the ledger entry and the rename: half a part file, a whole entry.
    await writeFile(join(directory, 'outbox', `.${artefact.fileName}.part`), artefact.bytes.subarray(0, 10));
    await writeFile(join(directory, 'ledger', `${artefact.fileName}.json`), JSON.stringify({ ...artefact, bytes: undefined }));
    expect(await channel.lookup({ fileName: artefact.fileName })).toEqual({ kind: 'absent' });
    expect(await sendOnce({ channel, artefact, earlierOutcomeUnknown: true })).toMatchObject({ kind: 'delivered', how: 'sent' });
    expect(await readFile(join(directory, 'outbox', artefact.fileName))).toEqual(Buffer.from(artefact.bytes));
  });

  it('says notSent where the folder cannot be written', async () => {
    await using drop = await startDrop();
    await drop.channel.lookup({ fileName: artefact.fileName });
    await mkdir(join(drop.directory, 'outbox', `.${artefact.fileName}.part`, 'in-the-way'), { recursive: true });
    expect((await drop.channel.send(artefact)).kind).toBe('notSent');
  });

  it('leaves alone what is not a finished file, and never loses the order of arrival', async () => {
    await using drop = await startDrop();
    const inbox = join(drop.directory, 'inbox');
    await writeFile(join(inbox, 'z-first.xml'), '<z/>');
    const [first] = await drop.channel.listReceipts({ limit: 10 });
    await writeFile(join(inbox, 'a-second.xml'), '<a/>');
    await writeFile(join(inbox, 'half.xml.part'), '<h');
    await symlink('/etc/passwd', join(inbox, 'link.xml'));
    const rest = await drop.channel.listReceipts({ after: first?.cursor ?? '', limit: 10 });
    expect(rest.map((receipt) => receipt.fileName)).toEqual(['a-second.xml']);
    expect(await readdir(inbox)).toEqual(['half.xml.part', 'link.xml']);
  });
});
