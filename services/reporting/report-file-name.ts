import { type RemitFileSchema, remitFileName } from '../../domain/reporting/remit/file-name.ts';
import { localDateOf } from '../../domain/time/zone.ts';

/** ACER and the RRMs count days of file names by Central European time. */
const FILE_DATE_ZONE = 'Europe/Ljubljana';

/** The name under which a new file goes out; `takeNumber` gives each number of a day, schema and sender once. */
export async function reportFileName(input: {
  schemaName: RemitFileSchema;
  sender: string;
  at: Date;
  takeNumber: (key: { fileDate: string; schemaName: string; sender: string }) => Promise<number>;
}): Promise<string> {
  const { schemaName: schema, sender } = input;
  const date = localDateOf({ instant: input.at.toISOString(), zone: FILE_DATE_ZONE });
  const sequence = await input.takeNumber({ fileDate: date, schemaName: schema, sender });
  return remitFileName({ date, schema, acerCode: sender, sequence });
}
