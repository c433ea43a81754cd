import { describe, expect, it } from 'vitest';
import { loadEnv } from './env.ts';
import { loadStackEnv } from './stack-env.ts';

const complete = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/energyopti',
  CHANNEL_ID: 'sandbox',
  CHANNEL_BASE_URL: 'https://127.0.0.1:9443/',
  CHANNEL_TOKEN: 'a-token-of-sixteen-or-more',
  REPORTING_ENTITY_ACER_CODE: 'A0045821W.IT',
  PAYLOAD_KEYS: `k2:${'A'.repeat(43)}=,k1:${'B'.repeat(42)}A=`,
};

describe('loadEnv', () => {
  it('groups what is set, fills in what has a default, and cannot be changed afterwards', () => {
    const env = loadEnv(complete);
    expect(env.channel).toEqual({ id: 'sandbox', baseUrl: 'https://127.0.0.1:9443', token: complete.CHANNEL_TOKEN, receiptPollMs: 2000 });
    expect(env.api.publicUrl).toBe('http://127.0.0.1:8080');
    expect(env.redis).toEqual({});
    expect(Object.isFrozen(env) && Object.isFrozen(env.database)).toBe(true);
  });

  it('refuses a payload key that is not of 32 bytes', () => {
    expect(loadEnv(complete).encryption.payloadKeys).toBe(complete.PAYLOAD_KEYS);
    expect(() => loadEnv({ ...complete, PAYLOAD_KEYS: 'k1:c2hvcnQ=' })).toThrow(/PAYLOAD_KEYS: must be id:key/);
  });

  it('names every problem at once', () => {
    const source = { ...complete, DATABASE_URL: '', API_PORT: '99999', REPORTING_ENTITY_ACER_CODE: 'nonsense' };
    expect(() => loadEnv(source)).toThrow(/3 problem\(s\)/);
    expect(() => loadEnv(source)).toThrow(/DATABASE_URL: is not set/);
    expect(() => loadEnv(source)).toThrow(/API_PORT/);
    expect(() => loadEnv(source)).toThrow(/REPORTING_ENTITY_ACER_CODE: must be an ACER code/);
  });

  it('refuses a half-set group', () => {
    expect(() => loadEnv({ ...complete, TEMPORAL_TLS_CERT_FILE: '/tls/client.pem' })).toThrow(
      /TEMPORAL_TLS_KEY_FILE: is not set, but others/,
    );
  });

  it('refuses a moved clock, plain http and a missing public address in production', () => {
    const source = { ...complete, ENERGYOPTI_PROFILE: 'production', CLOCK_FILE: '/tmp/clock.json', CHANNEL_BASE_URL: 'http://rrm.example' };
    expect(() => loadEnv(source)).toThrow(/CLOCK_FILE[\s\S]*API_PUBLIC_URL[\s\S]*CHANNEL_BASE_URL/);
  });
});

describe('loadStackEnv', () => {
  it('takes a given database as the one to administer, and passes only named variables on', () => {
    const env = loadStackEnv({ DATABASE_URL: complete.DATABASE_URL, HOME: '/home/a', SECRET_OF_OTHERS: 'x', WORKER_MAX_ACTIVITIES: '7' });
    expect(env.databaseAdminUrl).toBe(complete.DATABASE_URL);
    expect(env.cacheHome).toBe('/home/a/.cache');
    expect(env.inherited).toEqual({ HOME: '/home/a', WORKER_MAX_ACTIVITIES: '7' });
  });

  it('refuses half a channel', () => {
    expect(() => loadStackEnv({ CHANNEL_ID: 'rrm' })).toThrow(/CHANNEL_BASE_URL/);
  });
});
