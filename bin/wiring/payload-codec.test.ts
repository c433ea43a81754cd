import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createPayloadCodec, parsePayloadKeys } from './payload-codec.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const secret = { decidedBy: 'carl.compliance@firm.example', amount: '1190.00' };
const plain = () => [defaultPayloadConverter.toPayload(secret)];
const read = (payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0] | undefined): unknown =>
  payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);

describe('createPayloadCodec', () => {
  it('gives back what it encrypted and shows nothing of it on the wire', async () => {
    const codec = createPayloadCodec(parsePayloadKeys(key('2026-11')));
    const encoded = await codec.encode(plain());
    expect(Buffer.from(encoded[0]?.data ?? []).toString('latin1')).not.toContain('carl');
    expect(read((await codec.decode(encoded))[0])).toEqual(secret);
  });

  it('never makes the same bytes twice of the same payload', async () => {
    const codec = createPayloadCodec(parsePayloadKeys(key('k')));
    const [one, two] = await codec.encode([...plain(), ...plain()]);
    expect(Buffer.from(one?.data ?? []).equals(Buffer.from(two?.data ?? []))).toBe(false);
  });

  it('reads what an older key wrote after a new one was put in front, and what was written before encryption', async () => {
    const older = key('older');
    const [written] = await createPayloadCodec(parsePayloadKeys(older)).encode(plain());
    const rotated = createPayloadCodec(parsePayloadKeys(`${key('newer')},${older}`));
    const decoded = await rotated.decode([...(written === undefined ? [] : [written]), ...plain()]);
    expect(decoded.map(read)).toEqual([secret, secret]);
  });

  it('refuses changed bytes and a key that it does not have', async () => {
    const codec = createPayloadCodec(parsePayloadKeys(key('k')));
    const [encoded] = await codec.encode(plain());
    const data = Buffer.from(encoded?.data ?? []);
    data.writeUInt8(data.readUInt8(20) ^ 1, 20);
    await expect(codec.decode([{ ...encoded, data }])).rejects.toThrow(/authenticate/);
    await expect(createPayloadCodec(parsePayloadKeys(key('other'))).decode([encoded ?? {}])).rejects.toThrow(
      /'k', which is not configured/,
    );
  });
});

describe('parsePayloadKeys', () => {
  it.each([
    '',
    'id-without-key',
    'k:c2hvcnQ=',
    `${'a:' + Buffer.alloc(32).toString('base64')},${'a:' + Buffer.alloc(32, 1).toString('base64')}`,
  ])('refuses %j', (text) => {
    expect(() => parsePayloadKeys(text)).toThrow(/PAYLOAD_KEYS/);
  });
});
