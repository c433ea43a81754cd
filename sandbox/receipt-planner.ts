import type { ArisJudgement } from './aris-rules.ts';
import { sha256Of } from './hash.ts';
import type { JournalFinding, PlannedReceipt, Stage, Verdict } from './journal.ts';
import { CORRUPTIONS, type Misbehaviour } from './modes.ts';
import { corrupt, writeAcknowledgement, writeArisReceipt } from './receipt-writer.ts';

export type ReceiptPlanner = ReturnType<typeof createReceiptPlanner>;

/** Makes the receipts of a judgement, and the odd ones that the modes put beside them. */
export function createReceiptPlanner(deps: {
  misbehaviour: Misbehaviour;
  now: () => Date;
  /** The name of a file that belongs to somebody else. */
  nameOfAnother: (sender: string) => string;
}) {
  function ofRrm(input: { sender: string; fileName: string; verdict: Verdict; findings: readonly JournalFinding[] }): PlannedReceipt[] {
    const issuedAt = deps.now().toISOString();
    const write = (fileName: string): string =>
      writeAcknowledgement({ fileName, verdict: input.verdict, findings: input.findings, issuedAt });
    return withOddities({ stage: 'rrm', sender: input.sender, fileName: input.fileName, write });
  }

  function ofAris(input: { sender: string; fileName: string; sha256: string; judgement: ArisJudgement }): PlannedReceipt[] {
    const { sender, fileName, sha256, judgement } = input;
    const { misbehaviour } = deps;
    const issuedAt = deps.now().toISOString();
    const messageId = messageIdOf({ stage: 'aris', sender, fileName, role: 'receipt' });
    const { technical, findings, records } = judgement;
    const write = (name: string): string => writeArisReceipt({ messageId, fileName: name, sha256, technical, findings, records, issuedAt });
    const receipts = withOddities({ stage: 'aris', sender, fileName, write });
    if (judgement.verdict === 'rejected' || !misbehaviour.strikes({ mode: 'contradict', kind: 'aris', fileName })) return receipts;

    const contradictionId = messageIdOf({ stage: 'aris', sender, fileName, role: 'contradiction' });
    const contradiction = writeArisReceipt({
      messageId: contradictionId,
      fileName,
      sha256: sha256Of(`other bytes than ${sha256}`),
      technical: 'rejected',
      findings: [
        {
          number: 'ARIS-299',
          ruleId: 'SBX-CONTRADICTION',
          errorCode: 'SBXCONTRA',
          text: 'rejected after all, says a receipt for other bytes',
        },
      ],
      records: [],
      issuedAt,
    });
    const afterMs = misbehaviour.current().delays.correctionMs * 2;
    return [
      ...receipts,
      { messageId: contradictionId, sender, fileName, oddity: 'contradiction', afterMs, times: 1, bytesBase64: base64(contradiction) },
    ];
  }

  /** The true receipt, and before it the corrupt one where that mode strikes. */
  function withOddities(input: { stage: Stage; sender: string; fileName: string; write: (fileName: string) => string }): PlannedReceipt[] {
    const { stage, sender, fileName, write } = input;
    const { misbehaviour } = deps;
    const xml = write(fileName);
    const times = misbehaviour.strikes({ mode: 'repeatReceipt', kind: stage, fileName }) ? 2 : 1;
    const truth = {
      messageId: messageIdOf({ stage, sender, fileName, role: 'receipt' }),
      sender,
      fileName,
      times,
      bytesBase64: base64(xml),
    };
    if (!misbehaviour.strikes({ mode: 'corruptReceipt', kind: stage, fileName })) return [{ ...truth, afterMs: 0 }];

    const corruption = misbehaviour.pick({ kind: `corruption ${stage}`, fileName, from: CORRUPTIONS });
    const named =
      corruption === 'unknownFile' ? unknownNameOf(sender) : corruption === 'otherTenant' ? deps.nameOfAnother(sender) : fileName;
    const spoilt = corruption === 'unknownFile' || corruption === 'otherTenant' ? write(named) : corrupt(xml, corruption);
    return [
      {
        messageId: messageIdOf({ stage, sender, fileName, role: 'corrupt' }),
        sender,
        fileName: named,
        oddity: corruption,
        afterMs: 0,
        times: 1,
        bytesBase64: base64(spoilt),
      },
      { ...truth, afterMs: misbehaviour.current().delays.correctionMs },
    ];
  }

  return { ofRrm, ofAris };
}

function messageIdOf(input: { stage: Stage; sender: string; fileName: string; role: 'receipt' | 'corrupt' | 'contradiction' }): string {
  return `${input.stage.toUpperCase()}-${sha256Of(JSON.stringify([input.sender, input.fileName, input.stage, input.role])).slice(0, 24)}`;
}

function unknownNameOf(sender: string): string {
  return `20000101_REMITTable1_V3_${sender}_999999999999.xml`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
