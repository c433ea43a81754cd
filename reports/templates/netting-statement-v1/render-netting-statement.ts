import type { LegalEntity } from '../../../domain/party/party.ts';
import type { NettingSet } from '../../../domain/settlement/netting.ts';
import type { BusinessDate } from '../../../domain/time/business-date.ts';
import { EMBEDDED_FONTS, type PdfFonts } from '../../pdf/fonts.ts';
import { groupedNumber, longDate, printedIban } from '../../pdf/format.ts';
import { renderTableDocument } from '../../pdf/table-document.ts';

/** Version of this template; documents keep the one they were rendered with. */
export const NETTING_STATEMENT_TEMPLATE = 'netting-statement-v1';

const KIND_WORDS = { invoice: 'Invoice', selfBill: 'Self-billed invoice', creditNote: 'Credit note', interest: 'Interest' } as const;

/** Renders a frozen netting set with its members, exclusions, net, payer, account and hash. Same set, same bytes. */
export async function renderNettingStatementPdf(
  input: { set: NettingSet; us: LegalEntity; counterparty: LegalEntity; issuedOn: BusinessDate },
  fonts: PdfFonts = EMBEDDED_FONTS,
): Promise<Uint8Array> {
  const { set, us, counterparty, issuedOn } = input;
  const { currency, dueOn, agreementId } = set.key;
  const payee = set.payer === 'we' ? counterparty : us;
  const payer = set.payer === 'we' ? us : counterparty;
  const account = set.payer === 'nobody' || payee.iban === undefined ? 'no payment' : printedIban(payee.iban);
  return renderTableDocument(
    {
      info: {
        title: `Netting statement ${set.id}`,
        author: us.name,
        subject: `Payments due on ${longDate(dueOn)}`,
        createdAt: new Date(`${issuedOn}T00:00:00Z`),
        language: 'en',
      },
      title: 'Netting statement',
      subtitle: `${set.id}, version ${set.version}, with ${counterparty.name}`,
      issuerName: us.name,
      facts: [
        { label: 'Our LEI', text: us.lei },
        { label: 'Their LEI', text: counterparty.lei },
        { label: 'Agreement', text: agreementId },
        { label: 'Value date', text: longDate(dueOn) },
        { label: 'Currency', text: currency },
        { label: 'Paid to', text: account },
      ],
      columns: [
        { label: 'Document', share: 0.26, align: 'left' },
        { label: 'Kind', share: 0.18, align: 'left' },
        { label: 'Net', share: 0.18, align: 'right' },
        { label: 'VAT', share: 0.16, align: 'right' },
        { label: 'Netted, we receive +', share: 0.22, align: 'right' },
      ],
      rows: set.members.map((member) => ({
        cells: [member.number, KIND_WORDS[member.kind], groupedNumber(member.net), groupedNumber(member.vat), groupedNumber(member.amount)],
        evidence: `issued ${member.issuedOn}`,
      })),
      notes: [
        ...set.exclusions.map(({ number, amount, reason }) => `Not netted: ${number}, ${groupedNumber(amount)} ${currency}, ${reason}.`),
        'Value added tax stays gross on each document. Both sides that compute this hash of the set have agreed:',
        set.sha256,
      ],
      result: {
        label: set.payer === 'nobody' ? 'Net of zero: nothing is paid' : `${payer.name} pays`,
        text: `${groupedNumber(set.payment)} ${currency}`,
      },
      footer: `${us.name} · ${set.id} version ${set.version}`,
    },
    fonts,
  );
}
