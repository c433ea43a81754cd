import { expect, test } from 'vitest';
import { type AccountMovement, accountStatement } from '../../../domain/settlement/account-statement.ts';
import { freezeNetting } from '../../../domain/settlement/netting.ts';
import { addDays, businessDate } from '../../../domain/time/business-date.ts';
import { LUMIERE, RHEINSTROM } from '../../../test/support/invoice-samples.ts';
import { textOfPdf } from '../../../test/support/pdf-text.ts';
import { STANDARD_FONTS } from '../../pdf/fonts.ts';
import { renderAccountStatementPdf } from '../account-statement-v1/render-account-statement.ts';
import { renderNettingStatementPdf } from './render-netting-statement.ts';

const DUE = businessDate('2027-02-22');
const parties = { us: RHEINSTROM, counterparty: LUMIERE };

function nettingSet(): ReturnType<typeof freezeNetting> {
  const document = { issuedOn: businessDate('2027-02-03'), dueOn: DUE, vat: '0.00', state: 'matched' } as const;
  return freezeNetting({
    id: 'NET-2027-02-A',
    version: 2,
    key: { ourLei: RHEINSTROM.lei, counterpartyLei: LUMIERE.lei, currency: 'EUR', dueOn: DUE, agreementId: 'EFET-2019' },
    candidates: [
      { ...document, kind: 'invoice', number: 'P-1', net: '687084.00', gross: '687084.00', disputed: '300000.00' },
      { ...document, kind: 'selfBill', number: 'G-1', net: '-412300.50', gross: '-412300.50' },
    ],
  });
}

test('a netting statement names members, what is left out, payer, account and hash, and has the same bytes twice', async () => {
  const set = nettingSet();
  const render = async (): Promise<Uint8Array> => renderNettingStatementPdf({ set, ...parties, issuedOn: DUE }, STANDARD_FONTS);
  const [pdf, again] = [await render(), await render()];
  expect(Buffer.from(pdf).equals(Buffer.from(again))).toBe(true);
  const text = textOfPdf(pdf).flat().join(' ');
  // 387,084.00 - 412,300.50: the dispute turns the payer.
  for (const part of ['387,084.00', '-412,300.50', '25,216.50 EUR', 'Rheinstrom Handel GmbH pays', 'disputed part', set.sha256]) {
    expect(text).toContain(part);
  }
});

const movements = Array.from({ length: 60 }, (_, place): AccountMovement => ({
  bookedOn: addDays(businessDate('2027-01-25'), Math.floor(place / 4)),
  valueOn: DUE,
  sequence: place,
  text: `Invoice RS-2027-${place}`,
  amount: place % 2 === 0 ? '100.10' : '-50.05',
  evidenceId: `ev-${place}`,
}));

test('an account statement has a row for each movement with its balance, over pages', async () => {
  const statement = accountStatement({ currency: 'EUR', from: businessDate('2027-02-01'), to: DUE, movements: movements.toReversed() });
  // 28 movements before February come to 14 × 50.05; 32 later ones to 16 × 50.05.
  expect([statement.opening, statement.rows.length, statement.closing]).toEqual(['700.70', 32, '1501.50']);
  expect(statement.rows[0]).toMatchObject({ sequence: 28, balance: '800.80' });
  const pages = textOfPdf(await renderAccountStatementPdf({ statement, ...parties }, STANDARD_FONTS));
  expect(pages.length).toBe(2);
  const text = pages.flat().join(' ');
  for (const part of ['700.70', '1,501.50 EUR', 'ev-59', 'Page 2 of 2']) expect(text).toContain(part);
});
