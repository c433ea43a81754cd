import type { DocumentOf, ValueOf } from '../../xml/document-type.ts';
import { complex, many, one, optional, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import { contractReport, reportingEntity } from './contract-report.ts';

const tradeList = complex('TradeListType', sequence(many('nonStandardContractReport', contractReport, { min: 1, max: UNBOUNDED })));

/** The whole message REMIT Table 2, version 1: non-standard contracts. */
export const REMIT_TABLE2_V1 = {
  name: 'REMITTable2_V1',
  namespace: 'http://www.acer.europa.eu/REMIT/REMITTable2_V1.xsd',
  source: 'ACER, REMITTable2_V1.xsd, published 4 July 2024; field numbers: TRUM v6.0 of 13 March 2024, chapter 5',
  root: one(
    'REMITTable2',
    complex(
      'REMITTable2Type',
      sequence(
        one('reportingEntityID', reportingEntity, { field: '5', title: 'Reporting entity' }),
        optional('TradeList', tradeList, {
          unique: [{ name: 'TradeRecordSeqNumber', selector: 'nonStandardContractReport', field: 'RecordSeqNumber' }],
        }),
      ),
    ),
  ),
} as const;

export type RemitTable2Document = DocumentOf<typeof REMIT_TABLE2_V1>;
export type RemitTable2Contract = ValueOf<typeof contractReport>;
