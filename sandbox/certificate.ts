import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type Certificate = { keyPem: string; certPem: string; certPath: string };

const VALID_DAYS = 825;
const RENEW_BEFORE_DAYS = 30;
const MS_PER_DAY = 86_400_000;

/** The sandbox's own certificate, made once per data folder; a new one where a name is missing or it soon ends. */
export async function ensureCertificate(input: { directory: string; names: readonly string[] }): Promise<Certificate> {
  mkdirSync(input.directory, { recursive: true, mode: 0o700 });
  const keyPath = join(input.directory, 'key.pem');
  const certPath = join(input.directory, 'cert.pem');
  if (existsSync(keyPath) && existsSync(certPath)) {
    const certPem = readFileSync(certPath, 'utf8');
    if (isGoodFor(certPem, input.names)) return { keyPem: readFileSync(keyPath, 'utf8'), certPem, certPath };
  }
  // Real time, also where the sandbox's clock is set forward: the TLS stack of the client knows no other.
  const made = await generate([{ name: 'commonName', value: 'EnergyOpti sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - MS_PER_DAY),
    notAfterDate: new Date(Date.now() + VALID_DAYS * MS_PER_DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: input.names.map((name) => (isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name })),
      },
    ],
  });
  writeSafely(keyPath, made.private, 0o600);
  writeSafely(certPath, made.cert, 0o644);
  return { keyPem: made.private, certPem: made.cert, certPath };
}

function isGoodFor(certPem: string, names: readonly string[]): boolean {
  const certificate = new X509Certificate(certPem);
  if (Date.parse(certificate.validTo) < Date.now() + RENEW_BEFORE_DAYS * MS_PER_DAY) return false;
  return names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined);
}

function writeSafely(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.part`, text, { mode, flush: true });
  renameSync(`${path}.part`, path);
}
