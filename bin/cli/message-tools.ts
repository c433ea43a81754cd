import type { ReportFinding } from '../../domain/reporting/finding.ts';
import { createMessageRegistry } from '../../reports/xml/read-any.ts';
import type { MessageReading, MessageRegistry } from '../../reports/xml/read-any.ts';
import { OFFICIAL_SCHEMAS, createOfficialSchemas } from '../../reports/xml/official-xsd.ts';
import type { OfficialSchemaName } from '../../reports/xml/official-xsd.ts';
import { loadClientEnv } from '../../config/client-env.ts';
import { loadAcceptedDeliveryPoints } from './accepted-delivery-points.ts';

/** Reading, judging and writing of messages for the commands that take files. */
export type MessageTools = {
  readonly registry: MessageRegistry;
  readonly read: (bytes: Uint8Array) => MessageReading;
  /** Findings of our own layers; where those find no error in the schema, of the official schema too. */
  readonly findingsOf: (bytes: Uint8Array) => Promise<readonly ReportFinding[]>;
  /** False where one was asked for and is not there. */
  readonly hasOfficialSchemas: () => boolean;
  readonly [Symbol.dispose]: () => void;
};

export function messageTools(): MessageTools {
  const { schemaDir, referenceDir } = loadClientEnv();
  const acceptedDeliveryPoints = loadAcceptedDeliveryPoints(referenceDir);
  const registry = createMessageRegistry(acceptedDeliveryPoints === undefined ? {} : { remit: { acceptedDeliveryPoints } });
  const schemas = createOfficialSchemas({ schemaDir });
  let isInstalled = true;
  return {
    registry,
    read: registry.read,
    findingsOf: async (bytes) => {
      const { message, findings } = registry.read(bytes);
      if (
        message === undefined ||
        !isOfficial(message) ||
        findings.some(({ layer, severity }) => layer === 'schema' && severity === 'error')
      )
        return findings;
      const verdict = schemas.validate({ schema: message, bytes });
      if (verdict.kind === 'not-installed') isInstalled = false;
      return verdict.kind === 'invalid' ? [...findings, ...verdict.findings] : findings;
    },
    hasOfficialSchemas: () => isInstalled,
    [Symbol.dispose]: () => schemas[Symbol.dispose](),
  };
}

function isOfficial(message: string): message is OfficialSchemaName {
  return Object.hasOwn(OFFICIAL_SCHEMAS, message);
}
