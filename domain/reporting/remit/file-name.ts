import type { BusinessDate } from '../../time/business-date.ts';
import { isBusinessDate } from '../../time/business-date.ts';
import { checkAcerCode } from '../../identifiers/acer-code.ts';

/** Schemas that file names know. The name has no underscore, so that the grammar is fixed. */
export const REMIT_FILE_SCHEMAS = ['REMITTable1_V3', 'REMITTable2_V1'] as const;
export type RemitFileSchema = (typeof REMIT_FILE_SCHEMAS)[number];

export type RemitFileName = {
  readonly date: BusinessDate;
  readonly schema: RemitFileSchema;
  /** ACER code of the sender. */
  readonly acerCode: string;
  /** Counted per date, schema and sender; gaps are fine, a number is never used twice. */
  readonly sequence: number;
};

export const FILE_SEQUENCE_MAX = 999_999_999;

const GRAMMAR = /^(\d{4})(\d{2})(\d{2})_(REMITTable\d_V\d)_([A-Z0-9]{9}\.[A-Z]{2})_([1-9]\d{0,8})\.xml$/;

/**
 * The name of a file to ARIS, `YYYYMMDD_SCHEMA_VERSION_ACERCODE_SEQID.xml`, e.g. `20260801_REMITTable1_V3_A0045821W.IT_1.xml`.
 *
 * @source ACER file naming, as quoted in the LAGIE agreement and the PDR guide of GME
 */
export function remitFileName(input: RemitFileName): string {
  const { date, schema, acerCode, sequence } = input;
  if (checkAcerCode(acerCode).length > 0) throw new Error(`'${acerCode}' is not an ACER code`);
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > FILE_SEQUENCE_MAX) throw new Error(`sequence ${sequence} is out of range`);
  return `${date.replaceAll('-', '')}_${schema}_${acerCode}_${sequence}.xml`;
}

/** Takes a file name apart; undefined where it is not one of ours. */
export function parseRemitFileName(name: string): RemitFileName | undefined {
  const match = GRAMMAR.exec(name);
  const date = `${match?.[1] ?? ''}-${match?.[2] ?? ''}-${match?.[3] ?? ''}`;
  const schema = REMIT_FILE_SCHEMAS.find((candidate) => candidate === match?.[4]);
  const acerCode = match?.[5];
  if (schema === undefined || acerCode === undefined || !isBusinessDate(date)) return undefined;
  return { date, schema, acerCode, sequence: Number(match?.[6]) };
}
