import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadMigrateEnv } from '../config/migrate-env.ts';
import { loadEnv } from '../config/env.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

const service = z.looseObject({
  image: z.string(),
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  ports: z.array(z.string()).default([]),
  restart: z.string().optional(),
  volumes: z.array(z.string()).default([]),
});
const compose = z
  .looseObject({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

const get = (name: string): z.output<typeof service> => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
};
/** Puts values in place of `${NAME:?message}` and `${NAME:-default}`, as compose does. */
function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_all, name: string, kind: string | undefined, rest: string | undefined) => {
    const value = values[name];
    if (value !== undefined) return value;
    if (kind === '-') return rest ?? '';
    throw new Error(`${name} is not set`);
  });
}
const SECRETS = [
  'DATABASE_ADMIN_PASSWORD',
  'DATABASE_APP_PASSWORD',
  'TEMPORAL_DATABASE_PASSWORD',
  'REDIS_PASSWORD',
  'CHANNEL_TOKEN',
  'SANDBOX_ADMIN_TOKEN',
];
const filled = {
  ...Object.fromEntries(SECRETS.map((name) => [name, 'x'.repeat(32)])),
  REPORTING_ENTITY_ACER_CODE: 'A0001984K.DE',
  PAYLOAD_KEYS: `k1:${'A'.repeat(43)}=`,
};
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(get(name).environment).map(([key, value]) => [key, substitute(value, filled)]));

describe('docker-compose.yml', () => {
  it('has every process of the architecture and the servers they need', () => {
    for (const name of [
      'postgres',
      'temporal-postgres',
      'redis',
      'temporal-schema',
      'temporal',
      'temporal-namespace',
      'temporal-ui',
      'migrate',
      'sandbox',
      'api',
      'worker',
      'queue-worker',
    ]) {
      expect(compose.services).toHaveProperty(name);
    }
  });

  it('pins every image that it does not build, and uses no deprecated set-up image', () => {
    for (const [name, one] of Object.entries(compose.services)) {
      if (one.build !== undefined) continue;
      expect(one.image, name).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?$/);
      expect(one.image, name).not.toContain('auto-setup');
    }
  });

  it('checks the health of each server, and waits for no state that cannot come', () => {
    for (const name of ['postgres', 'temporal-postgres', 'redis', 'temporal', 'temporal-ui', 'sandbox']) {
      expect(get(name).healthcheck?.test?.length, name).toBeGreaterThan(1);
    }
    for (const [name, one] of Object.entries(compose.services)) {
      for (const [needed, { condition }] of Object.entries(one.depends_on)) {
        if (condition === 'service_completed_successfully') expect(get(needed).restart, `${name} waits for ${needed}`).toBe('no');
        else expect(get(needed).healthcheck?.test, `${name} waits for ${needed}`).toBeDefined();
      }
    }
    for (const name of ['api', 'worker', 'queue-worker']) expect(Object.keys(get(name).depends_on)).toContain('migrate');
  });

  it('gives the programs an environment that they accept', () => {
    for (const name of ['api', 'worker', 'queue-worker']) {
      const env = loadEnv(environmentOf(name));
      expect(env.redis.url).toBe(`redis://:${'x'.repeat(32)}@redis:6379`);
      expect(env.database.adminUrl).toBeUndefined();
    }
    expect(loadMigrateEnv(environmentOf('migrate')).appPassword).toBe('x'.repeat(32));
    expect(JSON.parse(environmentOf('sandbox')['SANDBOX_TOKENS'] ?? '')).toEqual([
      { token: 'x'.repeat(32), senderAcerCode: 'A0001984K.DE' },
    ]);
  });

  it('has no password of its own, and names each in the example', () => {
    const example = read('deploy/env.example');
    for (const name of SECRETS) {
      expect(() => substitute(`\${${name}:?set it}`, {})).toThrow(name);
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
    }
    const literal = Object.entries(compose.services).flatMap(([name, one]) =>
      Object.entries(one.environment)
        .filter(([key, value]) => /PASSWORD|PWD|TOKEN/.test(key) && !value.includes('${'))
        .map(([key]) => `${name}.${key}`),
    );
    expect(literal).toEqual([]);
  });

  it('opens ports on this machine only', () => {
    for (const one of Object.values(compose.services)) for (const port of one.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('mounts set-up files that exist', () => {
    for (const file of ['deploy/temporal/setup-schema.sh', 'deploy/temporal/create-namespace.sh', 'deploy/temporal/dynamic-config.yaml']) {
      expect(statSync(fileURLToPath(new URL(`../${file}`, import.meta.url))).isFile()).toBe(true);
    }
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  it('runs as another user than root, on a pinned major of Node, with a health check', () => {
    const users = lines.filter((line) => line.startsWith('USER '));
    expect(users.at(-1)).toBe('USER node');
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.startsWith('FROM node:24-slim'))).toBe(true);
    expect(lines.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env*', '.energyopti', 'node_modules', '.git']));
  });
});
