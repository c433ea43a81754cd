import type { LegalEntity } from '../../../domain/party/party.ts';
import type { AccountStatement } from '../../../domain/settlement/account-statement.ts';
import { EMBEDDED_FONTS, type PdfFonts } from '../../pdf/fonts.ts';
import { groupedNumber, longDate } from '../../pdf/format.ts';
import { renderTableDocument } from '../../pdf/table-document.ts';

/** Version of this template; documents keep the one they were rendered with. */
export const ACCOUNT_STATEMENT_TEMPLATE = 'account-statement-v1';

/** Renders the movements of a counterparty's account with their running balance. Same statement, same bytes. */
export async function renderAccountStatementPdf(
  input: { statement: AccountStatement; us: LegalEntity; counterparty: LegalEntity },
  fonts: PdfFonts = EMBEDDED_FONTS,
): Promise<Uint8Array> {
  const { statement, us, counterparty } = input;
  const { currency, from, to } = statement;
  const period = `${longDate(from)} to ${longDate(to)}`;
  return renderTableDocument(
    {
      info: {
        title: `Account statement ${counterparty.name}`,
        author: us.name,
        subject: period,
        createdAt: new Date(`${to}T00:00:00Z`),
        language: 'en',
      },
      title: 'Account statement',
      subtitle: `${counterparty.name}, ${period}`,
      issuerName: us.name,
      facts: [
        { label: 'Their LEI', text: counterparty.lei },
        { label: 'Currency', text: currency },
        { label: 'Opening balance', text: groupedNumber(statement.opening) },
      ],
      columns: [
        { label: 'Movement', share: 0.36, align: 'left' },
        { label: 'Booked', share: 0.15, align: 'left' },
        { label: 'Value', share: 0.15, align: 'left' },
        { label: 'Amount', share: 0.17, align: 'right' },
        { label: 'Balance', share: 0.17, align: 'right' },
      ],
      rows: statement.rows.map((row) => ({
        cells: [row.text, row.bookedOn, row.valueOn, groupedNumber(row.amount), groupedNumber(row.balance)],
        evidence: row.evidenceId,
      })),
      notes: ['Positive amounts are owed to us, negative ones are owed by us.'],
      result: { label: `Balance on ${longDate(to)}`, text: `${groupedNumber(statement.closing)} ${currency}` },
      footer: `${us.name} · account of ${counterparty.name}`,
    },
    fonts,
  );
}
