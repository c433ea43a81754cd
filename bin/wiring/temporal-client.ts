import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Env } from '../../config/env.ts';
import { createPayloadCodec, parsePayloadKeys } from './payload-codec.ts';
import { FAILURE_CONVERTER_PATH } from './workflow-paths.ts';

type TlsOptions = {
  readonly serverRootCACertificate?: Buffer;
  readonly serverNameOverride?: string;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
};

/** TLS of the connection to Temporal from the files that the configuration names; undefined for a plain connection. */
export function temporalTls(env: Env): TlsOptions | undefined {
  const { tls } = env.temporal;
  if (tls === undefined) return undefined;
  return {
    ...(tls.caFile !== undefined && { serverRootCACertificate: readFileSync(tls.caFile) }),
    ...(tls.serverName !== undefined && { serverNameOverride: tls.serverName }),
    ...(tls.certFile !== undefined &&
      tls.keyFile !== undefined && { clientCertPair: { crt: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) } }),
  };
}

/** How payloads are written: encrypted where keys are given. The same for clients and workers, or they cannot read each other. */
export function createDataConverter(payloadKeys: string | undefined): DataConverter {
  return {
    failureConverterPath: FAILURE_CONVERTER_PATH,
    ...(payloadKeys !== undefined && { payloadCodecs: [createPayloadCodec(parsePayloadKeys(payloadKeys))] }),
  };
}

export type TemporalClient = { readonly client: Client; close(): Promise<void> };

/** A client that connects at its first call and again after every outage of the server. */
export function createTemporalClient(env: Env): TemporalClient {
  const tls = temporalTls(env);
  const connection = Connection.lazy({ address: env.temporal.address, ...(tls !== undefined && { tls }) });
  const client = new Client({
    connection,
    namespace: env.temporal.namespace,
    dataConverter: createDataConverter(env.encryption.payloadKeys),
  });
  return { client, close: () => connection.close() };
}
