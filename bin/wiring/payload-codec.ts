import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import proto from '@temporalio/proto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { AppError } from '../../domain/errors/app-error.ts';

/** A key of 32 bytes and the name under which it is found again. */
export type PayloadKey = { readonly id: string; readonly key: Buffer };

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Authenticated with the text: bytes that were made for something else do not open here. */
const ASSOCIATED_DATA = Buffer.from('energyopti/temporal-payload/v1');

const PayloadMessage = proto.temporal.api.common.v1.Payload;

/**
 * Reads `id:base64key[,id:base64key…]`: the first key encrypts, all decrypt, so that a key is rotated by putting a new one in front.
 * @throws AppError `validation-failed` where a key is not 32 bytes or an id is empty or repeated.
 */
export function parsePayloadKeys(text: string): readonly [PayloadKey, ...PayloadKey[]] {
  const keys = text.split(',').map((part) => {
    const separator = part.indexOf(':');
    const id = part.slice(0, Math.max(0, separator)).trim();
    const key = Buffer.from(part.slice(separator + 1).trim(), 'base64');
    if (id === '' || key.length !== KEY_BYTES) throw keyError(`each entry is id:key, with a key of ${KEY_BYTES} bytes in base64`);
    return { id, key };
  });
  const [first, ...others] = keys;
  if (first === undefined) throw keyError('no key was given');
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw keyError('an id of a key is used twice');
  return [first, ...others];
}

/**
 * Encrypts what Temporal stores: inputs, results, signals, updates, failures. A payload that was written before encryption was
 * switched on is read as it is. A payload under an unknown key, or one that was changed, fails the task; it is never believed.
 */
export function createPayloadCodec(keys: readonly [PayloadKey, ...PayloadKey[]]): PayloadCodec {
  // Made once: from bytes Node would make one at every call, which costs more than the encryption.
  const byId = new Map(keys.map((each) => [each.id, createSecretKey(each.key)]));
  const current = { id: keys[0].id, key: createSecretKey(keys[0].key) };
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt({ payload, key: current })),
    decode: async (payloads) =>
      payloads.map((payload) => (textOf(payload, 'encoding') === ENCODING ? decrypt({ payload, byId }) : payload)),
  };
}

function encrypt({ payload, key }: { payload: Payload; key: { readonly id: string; readonly key: KeyObject } }): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.key, nonce).setAAD(ASSOCIATED_DATA);
  const plain = PayloadMessage.encode(PayloadMessage.create(payload)).finish();
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(key.id) },
    data: Buffer.concat([nonce, body, cipher.getAuthTag()]),
  };
}

function decrypt({ payload, byId }: { payload: Payload; byId: ReadonlyMap<string, KeyObject> }): Payload {
  const keyId = textOf(payload, KEY_ID) ?? '';
  const key = byId.get(keyId);
  const data = Buffer.from(payload.data ?? new Uint8Array());
  if (key === undefined) throw keyError(`a payload was encrypted with the key '${keyId}', which is not configured here`);
  if (data.length < NONCE_BYTES + TAG_BYTES) throw new Error('an encrypted payload is too short');
  const tagAt = data.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, data.subarray(0, NONCE_BYTES)).setAAD(ASSOCIATED_DATA).setAuthTag(data.subarray(tagAt));
  return PayloadMessage.decode(Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, tagAt)), decipher.final()]));
}

function textOf(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value === undefined || value === null ? undefined : Buffer.from(value).toString('utf8');
}

function keyError(problem: string): AppError {
  return new AppError({ code: 'validation-failed', message: `PAYLOAD_KEYS: ${problem}.` });
}
