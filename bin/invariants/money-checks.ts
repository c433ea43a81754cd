import type pg from 'pg';
import { ask } from './ask.ts';
import type { Question } from './ask.ts';
import type { Violation } from './violation.ts';

/** I3: every journal sums to zero per currency, nothing is posted twice, a printed total is the sum of its lines. */
export async function checkMoney(client: pg.Client): Promise<Violation[]> {
  const questions: readonly Question[] = [
    [
      'postings of a currency do not sum to zero',
      `select currency as what from postings group by tenant_id, currency having sum(amount) <> 0`,
    ],
    [
      'a journal does not sum to zero',
      `select journal_id as what from postings group by tenant_id, journal_id, currency having sum(amount) <> 0`,
    ],
    ['a document is posted twice', `select source_id as what from journals group by tenant_id, source_kind, source_id having count(*) > 1`],
    [
      'an invoice has no journal',
      `select i.id as what from invoices i where i.total <> 0 and not exists (select from journals j where j.tenant_id = i.tenant_id and j.source_kind = 'invoice' and j.source_id = i.id)`,
    ],
    [
      'the lines of an invoice do not sum to its net',
      `select i.id as what from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id group by i.tenant_id, i.id, i.net having abs(sum(l.net)) <> abs(i.net)`,
    ],
    [
      'the journal of an invoice moves another total',
      `select i.id as what from invoices i
       where i.total <> 0 and not exists (select from journals j join postings p on p.tenant_id = j.tenant_id and p.journal_id = j.id
         where j.tenant_id = i.tenant_id and j.source_kind = 'invoice' and j.source_id = i.id and abs(p.amount) = abs(i.total))`,
    ],
    [
      'a payment has no journal',
      `select y.id as what from payments y where y.amount <> 0
         and not exists (select from journals j where j.tenant_id = y.tenant_id and j.source_kind = 'payment' and j.source_id = y.id)`,
    ],
    [
      'a trade is settled twice for one month',
      `select l.trade_id || ' ' || c.delivery_month as what from invoice_lines l
       join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id join settlement_cycles c on c.tenant_id = i.tenant_id and c.id = i.cycle_id
       group by l.tenant_id, l.trade_id, c.delivery_month having count(distinct l.invoice_id) > 1 or count(distinct l.trade_version) > 1`,
    ],
    [
      'invoice numbers have a gap',
      `select series as what from invoices group by tenant_id, series, year having max(number) <> count(*) or min(number) <> 1`,
    ],
    [
      'an invoice is paid in another amount',
      `select p.invoice_id as what from payments p join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id where abs(p.amount) <> abs(i.total)`,
    ],
  ];
  return await ask(client, 'I3', questions);
}
