import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, ValidationError } from '../../../../domain/errors/app-error.ts';
import { getObligation } from '../../../../services/reporting/get-obligation.ts';
import { getSubmissionDocument } from '../../../../services/reporting/get-submission-document.ts';
import { getSubmission } from '../../../../services/reporting/get-submission.ts';
import { listObligations } from '../../../../services/reporting/list-obligations.ts';
import { listSubmissions } from '../../../../services/reporting/list-submissions.ts';
import { type PrepareNextSubmissionResult, prepareNextSubmission } from '../../../../services/reporting/prepare-next-submission.ts';
import { repairObligation } from '../../../../services/reporting/repair-obligation.ts';
import { storeReceipt } from '../../../../services/reporting/store-receipt.ts';
import { submitArtefact } from '../../../../services/reporting/submit-artefact.ts';
import { arisReceipt } from './receipt-bytes.ts';
import {
  COMPLIANCE,
  type World,
  addBookedTrade,
  addObligation,
  auditedActions,
  createWorld,
  inTenant,
  obligationOf,
  openExceptionsOf,
  submissionOf,
} from './reporting-world.ts';
import { ScriptedChannel } from './scripted-channel.ts';

let world: World;
let channel: ScriptedChannel;
let utis = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  channel = new ScriptedChannel();
});

function nextUti(): string {
  utis += 1;
  return `UTI${String(utis).padStart(42, '0')}`;
}

async function prepare(uti: string): Promise<PrepareNextSubmissionResult> {
  return await prepareNextSubmission({ ctx: world.ctx, input: { regime: 'REMIT', uti }, deps: { schemas: world.schemas } });
}

async function prepared(
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ uti: string; obligationId: string; submissionId: string }> {
  const uti = nextUti();
  const obligationId = await addObligation(world, { tradeId: await addBookedTrade(world, changes), uti });
  const result = await prepare(uti);
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result));
  return { uti, obligationId, submissionId: result.submissionId };
}

async function submit(submissionId: string): ReturnType<typeof submitArtefact> {
  return await submitArtefact({ ctx: world.ctx, input: { submissionId }, deps: { channel } });
}

describe('prepareNextSubmission', () => {
  it('stores valid bytes with their hash, size and a name before anything is sent, once', async () => {
    const { uti, obligationId, submissionId } = await prepared();
    const row = await submissionOf(world, submissionId);
    expect(row.sha256).toBe(createHash('sha256').update(row.document).digest('hex'));
    expect(row.size_bytes).toBe(row.document.byteLength);
    expect(row.file_name).toMatch(/^20260929_REMITTable1_V3_A[0-9A-F]{8}\.DE_[1-9]\d*\.xml$/);
    expect(row.document.toString()).toContain(uti);
    expect(await prepare(uti)).toEqual({
      kind: 'ready',
      obligationId,
      submissionId,
      channelId: 'sandbox',
      deadline: { percent: 50, inMs: 5 * 3_600_000 },
    });
    expect(await auditedActions(world, submissionId)).toEqual(['1 submission.prepared']);
    expect(await auditedActions(world, obligationId)).toEqual(['2 obligation.prepared']);
  });

  it('derives the id, so that it does not depend on when or how often it is asked', async () => {
    const { uti, submissionId } = await prepared();
    const digest = createHash('sha256')
      .update(JSON.stringify(['REMIT', uti, 'N', 1]))
      .digest('hex');
    expect(submissionId).toBe(`sub_${digest.slice(0, 32)}`);
  });

  it('makes one submission where several ask at once', async () => {
    const uti = nextUti();
    const obligationId = await addObligation(world, { tradeId: await addBookedTrade(world), uti });
    const results = await Promise.all(Array.from({ length: 6 }, () => prepare(uti)));
    expect(new Set(results.map((result) => ('submissionId' in result ? result.submissionId : result.kind))).size).toBe(1);
    const { submissions } = await getObligation({ ctx: world.ctx, input: { obligationId } });
    expect(submissions).toHaveLength(1);
  });

  it('gives each file a name of its own where many are made at once', async () => {
    const tradeId = await addBookedTrade(world);
    const wanted = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const uti = nextUti();
        await addObligation(world, { tradeId, uti });
        return uti;
      }),
    );
    const results = await Promise.all(wanted.map(prepare));
    const names = await Promise.all(
      results.map(async (result) => ('submissionId' in result ? (await submissionOf(world, result.submissionId)).file_name : '')),
    );
    expect(new Set(names).size).toBe(12);
  });

  it('never prepares the second obligation before the first is accepted', async () => {
    const { uti, obligationId, submissionId } = await prepared();
    const tradeId = (await obligationOf(world, obligationId)).trade_id;
    const second = await addObligation(world, { tradeId, uti, sequence: 2, action: 'M' });
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect(await prepare(uti)).toMatchObject({ kind: 'awaiting', obligationId, submissionState: 'delivered' });
    const { file_name: fileName } = await submissionOf(world, submissionId);
    await storeReceipt({
      ctx: world.ctx,
      input: { channelId: 'sandbox', messageId: `m-${uti}`, fileName, bytes: arisReceipt({ fileName, records: [{ seq: 1 }] }) },
    });
    expect(await prepare(uti)).toMatchObject({ kind: 'ready', obligationId: second });
  });

  it('says none where everything is accepted, and where there is nothing', async () => {
    expect(await prepare(nextUti())).toEqual({ kind: 'none' });
  });

  it('puts an invalid report before compliance with the field number and the fix, and makes no file', async () => {
    const uti = 'not/a/valid uti!';
    const obligationId = await addObligation(world, { tradeId: await addBookedTrade(world), uti });
    expect(await prepare(uti)).toMatchObject({ kind: 'invalid', obligationId, deadline: { percent: 50 } });
    expect((await obligationOf(world, obligationId)).state).toBe('invalid');
    const [exception] = await openExceptionsOf(world, obligationId);
    expect(exception).toMatchObject({ kind: 'unreportableTrade', owner_role: 'compliance' });
    expect(exception?.reason).toContain('Field 31');
    expect(await prepare(uti)).toMatchObject({ kind: 'invalid' });
    expect((await getObligation({ ctx: world.ctx, input: { obligationId } })).submissions).toEqual([]);
    expect(await openExceptionsOf(world, obligationId)).toHaveLength(1);
  });
});

describe('submitArtefact', () => {
  it('records the attempt before the send and the outcome after it', async () => {
    const { submissionId, obligationId } = await prepared();
    channel.duringSend = async () => {
      expect((await submissionOf(world, submissionId)).state).toBe('sending');
      const { attempts } = await getSubmission({ ctx: world.ctx, input: { submissionId } });
      expect(attempts).toMatchObject([{ number: 1, outcome: null, finishedAt: null }]);
    };
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    const { attempts, state } = await getSubmission({ ctx: world.ctx, input: { submissionId } });
    expect({ attempts: attempts.map(({ outcome }) => outcome), state }).toEqual({ attempts: ['delivered'], state: 'delivered' });
    expect((await obligationOf(world, obligationId)).state).toBe('sent');
    expect(await auditedActions(world, submissionId)).toEqual(['1 submission.prepared', '2 submission.sending', '3 submission.delivered']);
  });

  it('sends nothing where it was delivered before', async () => {
    const { submissionId } = await prepared();
    await submit(submissionId);
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect(channel.sends).toBe(1);
  });

  it('asks after a lost acknowledgement and finds what it sent', async () => {
    const { submissionId } = await prepared();
    channel.moods.push('takeAndLoseAck');
    expect(await submit(submissionId)).toEqual({ kind: 'unknown', text: 'the connection was reset' });
    expect((await submissionOf(world, submissionId)).state).toBe('unknown');
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect({ sends: channel.sends, lookups: channel.lookups }).toEqual({ sends: 1, lookups: 1 });
  });

  it('sends again only after a definite absent', async () => {
    const { submissionId } = await prepared();
    channel.moods.push('dropAndTimeOut');
    channel.isLookupDown = true;
    expect(await submit(submissionId)).toMatchObject({ kind: 'unknown' });
    expect(await submit(submissionId)).toMatchObject({ kind: 'unknown' });
    expect(channel.sends).toBe(1);
    channel.isLookupDown = false;
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect(channel.sends).toBe(2);
  });

  it('asks first where the process died while it was sending', async () => {
    const { submissionId } = await prepared();
    channel.duringSend = async (artefact) => {
      channel.held.set(artefact.fileName, artefact.sha256);
      throw new Error('killed');
    };
    await expect(submit(submissionId)).rejects.toThrow('killed');
    expect((await submissionOf(world, submissionId)).state).toBe('sending');
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect({ sends: channel.sends, lookups: channel.lookups }).toEqual({ sends: 1, lookups: 1 });
    const { attempts } = await getSubmission({ ctx: world.ctx, input: { submissionId } });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered']);
  });

  it('goes back to prepared where nothing arrived, with the time that the channel asks for', async () => {
    const { submissionId } = await prepared();
    channel.moods.push('busy');
    expect(await submit(submissionId)).toEqual({ kind: 'retryLater', retryAfterMs: 1500, text: 'too many requests' });
    expect((await submissionOf(world, submissionId)).state).toBe('prepared');
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect(channel.lookups).toBe(0);
  });

  it('tells a person where the outcome stays unknown, and clears it when it is known', async () => {
    const { submissionId } = await prepared();
    channel.moods.push('takeAndLoseAck');
    channel.isLookupDown = true;
    await submit(submissionId);
    await submit(submissionId);
    expect(await openExceptionsOf(world, submissionId)).toHaveLength(0);
    await submit(submissionId);
    expect(await openExceptionsOf(world, submissionId)).toMatchObject([{ kind: 'unknownOutcome' }]);
    channel.isLookupDown = false;
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect(await openExceptionsOf(world, submissionId)).toHaveLength(0);
  });

  it('treats other bytes under our name as an incident for a person, never as delivered', async () => {
    const { submissionId, obligationId } = await prepared();
    channel.held.set((await submissionOf(world, submissionId)).file_name, 'f'.repeat(64));
    expect(await submit(submissionId)).toMatchObject({ kind: 'refused' });
    expect(await openExceptionsOf(world, submissionId)).toMatchObject([{ kind: 'unknownOutcome' }]);
    expect((await obligationOf(world, obligationId)).state).toBe('rejected');
  });

  it('takes a refusal as rejected, and says who has to do what', async () => {
    const { submissionId, obligationId } = await prepared();
    channel.moods.push('refuse');
    expect(await submit(submissionId)).toEqual({ kind: 'refused', text: 'RRM-111: delivery point is not accepted' });
    expect(await submit(submissionId)).toMatchObject({ kind: 'refused' });
    expect(channel.sends).toBe(1);
    expect((await obligationOf(world, obligationId)).state).toBe('rejected');
    const [exception] = await openExceptionsOf(world, obligationId);
    expect(exception).toMatchObject({ kind: 'rejectedReport' });
    expect(exception?.reason).toContain('delivery point is not accepted');
  });

  it('keeps the word of a receipt that came in while the answer was lost', async () => {
    const { submissionId, obligationId } = await prepared();
    channel.moods.push('takeAndLoseAck');
    channel.duringSend = async ({ fileName }) => {
      const bytes = arisReceipt({ fileName, records: [{ seq: 1 }] });
      await storeReceipt({ ctx: world.ctx, input: { channelId: 'sandbox', messageId: `early-${fileName}`, fileName, bytes } });
    };
    expect(await submit(submissionId)).toEqual({ kind: 'delivered' });
    expect((await obligationOf(world, obligationId)).state).toBe('accepted');
  });
});

describe('repairObligation', () => {
  async function rejected(): Promise<{ uti: string; obligationId: string; submissionId: string }> {
    const made = await prepared();
    channel.moods.push('refuse');
    await submit(made.submissionId);
    return made;
  }

  it('leads to a new file of the same action with the corrected field, and closes the exception', async () => {
    const { uti, obligationId, submissionId } = await rejected();
    const ctx = world.as(COMPLIANCE);
    const overrides = { deliveryPoint: '10YDE-VE-------2' };
    expect(await repairObligation({ ctx, input: { obligationId, overrides, reason: 'the RRM does not accept Amprion' } })).toEqual({
      obligationId,
      state: 'pending',
    });
    expect(await openExceptionsOf(world, obligationId)).toEqual([]);
    const next = await prepare(uti);
    if (next.kind !== 'ready') throw new Error(next.kind);
    expect(next.submissionId).not.toBe(submissionId);
    const [before, after] = [await submissionOf(world, submissionId), await submissionOf(world, next.submissionId)];
    expect(after.number).toBe(2);
    expect(after.file_name).not.toBe(before.file_name);
    const document = await getSubmissionDocument({ ctx, input: { submissionId: next.submissionId } });
    expect(Buffer.from(document.bytes).toString()).toContain('10YDE-VE-------2');
    expect(Buffer.from(document.bytes).toString()).toContain('<actionType>N</actionType>');
    expect(await submit(next.submissionId)).toEqual({ kind: 'delivered' });
  });

  it('without corrections makes the same bytes again under a new name', async () => {
    const { uti, obligationId, submissionId } = await rejected();
    await repairObligation({ ctx: world.as(COMPLIANCE), input: { obligationId, overrides: {}, reason: 'outage at the RRM' } });
    const next = await prepare(uti);
    if (next.kind !== 'ready') throw new Error(next.kind);
    const [before, after] = [await submissionOf(world, submissionId), await submissionOf(world, next.submissionId)];
    expect(after.sha256).toBe(before.sha256);
    expect(after.file_name).not.toBe(before.file_name);
  });

  it('changes nothing where the same request comes again, and refuses another one', async () => {
    const { obligationId } = await rejected();
    const ctx = world.as(COMPLIANCE, 'req_repair_once');
    const input = { obligationId, overrides: {}, reason: 'again' };
    await repairObligation({ ctx, input });
    const revision = (await obligationOf(world, obligationId)).revision;
    expect(await repairObligation({ ctx, input })).toEqual({ obligationId, state: 'pending' });
    expect((await obligationOf(world, obligationId)).revision).toBe(revision);
    await expect(repairObligation({ ctx: world.as(COMPLIANCE), input })).rejects.toMatchObject({ code: 'illegal-transition' });
    await expect(repairObligation({ ctx: world.as(COMPLIANCE), input })).rejects.toBeInstanceOf(ConflictError);
  });

  it('names each correction that is unknown or wrong', async () => {
    const { obligationId } = await rejected();
    const overrides = { price: '1', deliveryPoint: 'X', venueMic: 'XBIL', otherMarketParticipantAcerCode: 'no' };
    const attempt = repairObligation({ ctx: world.as(COMPLIANCE), input: { obligationId, overrides, reason: 'r' } });
    await expect(attempt).rejects.toBeInstanceOf(ValidationError);
    await expect(attempt).rejects.toMatchObject({
      issues: [
        { field: '/overrides/price', code: 'field.unknown' },
        { field: '/overrides/deliveryPoint', code: 'eic.shape' },
        { field: '/overrides/venueMic', code: 'mic.shape' },
        { field: '/overrides/otherMarketParticipantAcerCode', code: 'acerCode.shape' },
      ],
    });
  });

  it('is for compliance and admins', async () => {
    const { obligationId } = await rejected();
    const ctx = world.as({ id: 'user-back', role: 'backOffice' });
    await expect(repairObligation({ ctx, input: { obligationId, overrides: {}, reason: 'r' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('lists', () => {
  it('page through obligations and submissions with a cursor, and narrow by filter', async () => {
    const { obligationId, submissionId } = await prepared();
    const { trade_id: tradeId } = await obligationOf(world, obligationId);
    const ofTrade = await listObligations({ ctx: world.ctx, input: { filter: { tradeId, regime: 'REMIT' }, page: { secret: 's' } } });
    expect(ofTrade.items.map(({ id }) => id)).toEqual([obligationId]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listSubmissions({
        ctx: world.ctx,
        input: { filter: {}, page: { limit: 7, secret: 's', ...(cursor === undefined ? {} : { cursor }) } },
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const all = await inTenant(world, (db) => db.selectFrom('submissions').select('id').execute());
    expect(seen).toHaveLength(all.length);
    expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)));
    expect(seen).toContain(submissionId);
  });
});
