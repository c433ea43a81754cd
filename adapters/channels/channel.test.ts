import { describe, expect, it } from 'vitest';
import {
  type Channel,
  type LookupOutcome,
  NAME_TAKEN_BY_OTHER_BYTES,
  type SendOutcome,
  isPlainFileName,
  sendOnce,
  sha256Hex,
} from './channel.ts';

const bytes = new Uint8Array(Buffer.from('<a/>'));
const artefact = { submissionId: 's1', fileName: 'a.xml', sha256: sha256Hex(bytes), bytes };

/** A peer that keeps no names apart: only asking first protects it from a second copy. */
function scripted(input: { lookup?: LookupOutcome; send?: SendOutcome; canBeAsked?: boolean }): { channel: Channel; calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    channel: {
      id: 'scripted',
      capabilities: { maxFileBytes: 100, lookup: input.canBeAsked ?? true, receipts: 'pull', maxRequestsPerSecond: 1 },
      send: () => {
        calls.push('send');
        return Promise.resolve(input.send ?? { kind: 'delivered', reference: 'R' });
      },
      lookup: () => {
        calls.push('lookup');
        return Promise.resolve(input.lookup ?? { kind: 'absent' });
      },
      listReceipts: () => Promise.resolve([]),
    },
  };
}

describe('sendOnce', () => {
  const cases: readonly [
    name: string,
    script: Parameters<typeof scripted>[0],
    earlierOutcomeUnknown: boolean,
    expected: object,
    calls: string[],
  ][] = [
    ['sends at once where no earlier outcome is open', {}, false, { kind: 'delivered', how: 'sent' }, ['send']],
    ['sends after a definite absent', {}, true, { kind: 'delivered', how: 'sent' }, ['lookup', 'send']],
    [
      'does not send what is held',
      { lookup: { kind: 'known', sha256: artefact.sha256, reference: 'R' } },
      true,
      { kind: 'delivered', how: 'found' },
      ['lookup'],
    ],
    [
      'calls other bytes an incident',
      { lookup: { kind: 'known', sha256: 'b'.repeat(64), reference: 'R' } },
      true,
      { kind: 'incident', storedSha256: 'b'.repeat(64) },
      ['lookup'],
    ],
    ['does not send on a guess', { lookup: { kind: 'unknown', text: 'timeout' } }, true, { kind: 'unknown' }, ['lookup']],
    ['does not resend where nobody can be asked', { canBeAsked: false }, true, { kind: 'unknown' }, []],
    [
      'calls a name taken by other bytes an incident',
      { send: { kind: 'refused', code: NAME_TAKEN_BY_OTHER_BYTES, text: '' } },
      false,
      { kind: 'incident' },
      ['send'],
    ],
    ['passes a refusal on', { send: { kind: 'refused', code: 'x', text: 'no' } }, false, { kind: 'refused', code: 'x' }, ['send']],
    ['passes the wait on', { send: { kind: 'notSent', retryAfterMs: 5, text: '' } }, false, { kind: 'notSent', retryAfterMs: 5 }, ['send']],
    ['leaves an unknown outcome to the next attempt', { send: { kind: 'unknown', text: '' } }, false, { kind: 'unknown' }, ['send']],
  ];
  it.each(cases)('%s', async (_name, script, earlierOutcomeUnknown, expected, calls) => {
    const peer = scripted(script);
    expect(await sendOnce({ channel: peer.channel, artefact, earlierOutcomeUnknown })).toMatchObject(expected);
    expect(peer.calls).toEqual(calls);
  });
});

it.each([
  ['20260801_REMITTable1_V3_A0045821W.IT_1.xml', true],
  ['../a', false],
  ['a..b', false],
  ['.a', false],
  ['a/b', false],
  ['a\\b', false],
  ['ä', false],
  ['', false],
  ['a'.repeat(201), false],
])('isPlainFileName(%j) is %s', (fileName, expected) => {
  expect(isPlainFileName(fileName)).toBe(expected);
});
