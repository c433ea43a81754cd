import type { DocumentOf, ValueOf } from '../../xml/document-type.ts';
import { complex, many, one, optional, sequence, UNBOUNDED } from '../../xml/schema-model.ts';
import { contract } from './contract.ts';
import { orderReport } from './order-report.ts';
import { reportingEntity } from './shared-types.ts';
import { tradeReport } from './trade-report.ts';

const contractList = complex('contractListType', sequence(many('contract', contract, { min: 1, max: UNBOUNDED, field: '21' })));
const orderList = complex('OrderListType', sequence(many('OrderReport', orderReport, { min: 1, max: UNBOUNDED })));
const tradeList = complex('TradeListType', sequence(many('TradeReport', tradeReport, { min: 1, max: UNBOUNDED })));

/** The whole message REMIT Table 1, version 3: standard contracts, orders and trades. */
export const REMIT_TABLE1_V3 = {
  name: 'REMITTable1_V3',
  namespace: 'http://www.acer.europa.eu/REMIT/REMITTable1_V3.xsd',
  source: 'ACER, REMITTable1_V3.xsd, published 4 July 2024; field numbers: TRUM v6.0 of 13 March 2024, chapter 4',
  root: one(
    'REMITTable1',
    complex(
      'REMITTable1Type',
      sequence(
        one('reportingEntityID', reportingEntity, { field: '6', title: 'Reporting entity' }),
        optional('contractList', contractList, { field: '21' }),
        optional('OrderList', orderList, {
          unique: [{ name: 'OrderRecordSeqNumber', selector: 'OrderReport', field: 'RecordSeqNumber' }],
        }),
        optional('TradeList', tradeList, {
          unique: [{ name: 'TradeRecordSeqNumber', selector: 'TradeReport', field: 'RecordSeqNumber' }],
        }),
      ),
    ),
  ),
} as const;

export type RemitTable1Document = DocumentOf<typeof REMIT_TABLE1_V3>;
export type RemitTable1Contract = ValueOf<typeof contract>;
export type RemitTable1Order = ValueOf<typeof orderReport>;
export type RemitTable1Trade = ValueOf<typeof tradeReport>;
export type RemitTable1Interval = NonNullable<RemitTable1Trade['priceIntervalQuantityDetails']>[number];
