import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LUMIERE, sampleInvoice, sampleLine } from '../../test/support/invoice-samples.ts';
import { roundToCurrency } from '../money/currency.ts';
import { decimal, sum } from '../money/decimal.ts';
import { businessDate } from '../time/business-date.ts';
import { bankAccountIssues } from './bank-account.ts';
import { type BankStatement, type OpenItem, allocateStatement, statementIssues, statementSums } from './bank-statement.ts';
import { collateralCall, settlementExposure } from './collateral-call.ts';
import { creditorReference, isCreditorReference } from './creditor-reference.ts';
import { en16931Issues, en16931Line } from './en16931.ts';
import { type InterestBasis, lateInterest } from './late-interest.ts';
import { type SettlementEvent, journalOfEvent, journalOfInvoice, journalOfPayment, trialBalance } from './ledger.ts';
import { type NettingCandidate, type NettingKey, allocateReceipt, freezeNetting, nettingHash } from './netting.ts';
import { resettlementDelta, revaluedReceivable, settledByDelta } from './resettlement.ts';

const DUE = businessDate('2027-02-22');
const KEY: NettingKey = {
  ourLei: '529900T8BM49AURSDO55',
  counterpartyLei: '969500UP76J52A9OXU27',
  currency: 'EUR',
  dueOn: DUE,
  agreementId: 'EFET-2021',
};

function candidate(kind: NettingCandidate['kind'], number: string, gross: string, more: Partial<NettingCandidate> = {}): NettingCandidate {
  return { kind, number, issuedOn: businessDate('2027-02-03'), dueOn: DUE, net: gross, vat: '0', gross, state: 'matched', ...more };
}

const POWER = candidate('invoice', 'P-1', '687084.00');
const CREDIT = candidate('creditNote', 'C-1', '-2216.40');
const GAS = candidate('selfBill', 'G-1', '-412300.50');
const SERVICE = candidate('invoice', 'S-1', '-11900.00', { net: '-10000.00', vat: '-1900.00' });
const ALL = [SERVICE, GAS, POWER, CREDIT];

describe('A19, A21: EN 16931', () => {
  const nets = ['1000.005', '2000.005', '3000.005'].map((net) =>
    roundToCurrency({ amount: decimal(net), currency: 'EUR', rounding: 'halfAwayFromZero' }).toFixed(2),
  );
  const lines = nets.map((net) => ({ quantity: '1', unitPrice: net, net }));
  const rules = (changes: Partial<Parameters<typeof en16931Issues>[0]>): readonly string[] => {
    const subtotals = [{ base: '6000.03', ratePercent: '19', vat: '1140.01' }];
    return en16931Issues({ lines, subtotals, net: '6000.03', vat: '1140.01', total: '7140.04', ...changes }).map(({ code }) => code);
  };
  const withVat = (vat: string, total: string): Partial<Parameters<typeof en16931Issues>[0]> => {
    return { subtotals: [{ base: '6000.03', ratePercent: '19', vat }], vat, total };
  };

  test('A19: totals are sums of rounded lines; VAT may miss by less than one', () => {
    expect(rules({})).toEqual([]);
    expect(rules({ net: '6000.02', total: '7140.03' })).toEqual(['BR-CO-10']);
    expect(rules(withVat('1141.00', '7141.03'))).toEqual([]);
    expect(rules(withVat('1141.01', '7141.04'))).toEqual(['BR-CO-17']);
  });

  test('A21: a negative price moves its sign to the quantity', () => {
    const line = { quantity: '40', unitPrice: '-12.50', net: '-500.00' };
    expect(en16931Line(line)).toEqual({ quantity: '-40', unitPrice: '12.5', net: '-500.00' });
    const totals = { subtotals: [{ base: '-500.00', ratePercent: '0', vat: '0' }], net: '-500.00', vat: '0', total: '-500.00' };
    expect(en16931Issues({ lines: [en16931Line(line)], ...totals })).toEqual([]);
    expect(en16931Issues({ lines: [line], ...totals }).map(({ code }) => code)).toEqual(['BR-27']);
  });
});

describe('A22: payment netting', () => {
  const freeze = (candidates: readonly NettingCandidate[], version = 1): ReturnType<typeof freezeNetting> =>
    freezeNetting({ id: 'NET-2027-02-A', key: KEY, version, candidates });

  test('all documents, VAT gross: they pay', () => {
    const set = freeze(ALL);
    expect(set).toMatchObject({ net: '260667.10', payer: 'they', payment: '260667.10', version: 1 });
    expect(set.members.map(({ number }) => number)).toEqual(['P-1', 'S-1', 'G-1', 'C-1']);
  });

  test('power only', () => {
    expect(freeze([POWER, CREDIT])).toMatchObject({ net: '684867.60', payer: 'they' });
  });

  test('a dispute makes version 2 and turns the payer', () => {
    const disputed = [{ ...POWER, disputed: '300000.00' }, CREDIT, GAS, SERVICE];
    const set = freeze(disputed, 2);
    expect(set).toMatchObject({ net: '-39332.90', payer: 'we', payment: '39332.90', version: 2 });
    expect(set.exclusions).toEqual([{ number: 'P-1', amount: '300000.00', reason: 'disputed part' }]);
    expect(set.sha256).not.toBe(freeze(ALL).sha256);
  });

  test('a net of zero has a statement and no payment', () => {
    expect(freeze([candidate('invoice', 'A', '5.00'), candidate('invoice', 'B', '-5.00')])).toMatchObject({
      payer: 'nobody',
      payment: '0.00',
      net: '0.00',
    });
  });

  test('both sides get one hash, whatever the order; late and unmatched documents stay out and are named', () => {
    const theirKey = { ...KEY, ourLei: KEY.counterpartyLei, counterpartyLei: KEY.ourLei };
    const set = freeze(ALL.toReversed());
    const theirs = set.members.map((member) => ({ ...member, amount: decimal(member.amount).negated().toFixed(2) }));
    expect(nettingHash({ key: theirKey, members: theirs })).toBe(set.sha256);
    expect(freeze(ALL).sha256).toBe(set.sha256);
    const late = freeze([POWER, { ...GAS, state: 'mismatched' }, { ...CREDIT, dueOn: businessDate('2027-02-23') }]);
    expect(late.exclusions.map(({ number, reason }) => `${number} ${reason}`)).toEqual(['G-1 mismatched', 'C-1 due on 2027-02-23']);
  });

  test('a short receipt pays interest, then the oldest, then the smallest number', () => {
    const members = [candidate('invoice', 'B', '100.00'), candidate('invoice', 'A', '100.00'), candidate('interest', 'Z', '10.00')];
    const rows = members.map((member) => ({ ...member, amount: member.gross }));
    expect(allocateReceipt({ received: '150', currency: 'EUR', members: rows })).toEqual({
      allocated: [
        { number: 'Z', paid: '10.00', open: '0.00' },
        { number: 'A', paid: '100.00', open: '0.00' },
        { number: 'B', paid: '40.00', open: '60.00' },
      ],
      over: '0.00',
    });
  });
});

describe('A24: bank statement', () => {
  const entry = { isBooked: true, transactions: [] } as const;
  const statement: BankStatement = {
    account: 'DE89370400440532013000',
    currency: 'EUR',
    sequence: '7',
    opening: '1000000.00',
    closing: '1109975.00',
    creditSum: '322300.50',
    debitSum: '212325.50',
    entries: [
      {
        ...entry,
        reference: 'E1',
        direction: 'credit',
        amount: '260000.00',
        transactions: [
          {
            amount: '260000.00',
            remittanceText: 'NET-1',
          },
        ],
      },
      {
        ...entry,
        reference: 'E2',
        direction: 'debit',
        amount: '25.00',
      },
      {
        ...entry,
        reference: 'E3',
        direction: 'debit',
        amount: '212300.50',
        transactions: [
          {
            amount: '150000.00',
            endToEndId: 'OUT-1',
          },
          {
            amount: '62300.50',
            endToEndId: 'OUT-2',
          },
        ],
      },
      {
        ...entry,
        reference: 'E4',
        direction: 'credit',
        amount: '62300.50',
        transactions: [
          {
            amount: '62300.50',
            endToEndId: 'OUT-2',
            returnReason: 'AC04',
          },
        ],
      },
    ],
  };
  const items: readonly OpenItem[] = [
    { id: 'net', side: 'receivable', references: ['NET-1'], open: '260667.10' },
    { id: 'out1', side: 'payable', references: ['OUT-1'], open: '150000.00' },
    { id: 'out2', side: 'payable', references: ['OUT-2'], open: '62300.50' },
  ];

  test('adds up, and reopens what came back', () => {
    expect(statementIssues(statement, { sequence: '6', closing: '1000000.00' })).toEqual([]);
    const { credits, debits } = statementSums(statement);
    expect([credits.toFixed(2), debits.toFixed(2)]).toEqual(['322300.50', '212325.50']);
    expect(allocateStatement({ statement, items, booked: new Set() })).toMatchObject([
      { kind: 'partial', itemId: 'net', remaining: '667.1' },
      { kind: 'unknown', amount: '25.00' },
      { kind: 'paid', itemId: 'out1' },
      { kind: 'paid', itemId: 'out2' },
      { kind: 'returned', itemId: 'out2', remaining: '62300.5', returnReason: 'AC04' },
    ]);
  });

  test('is booked once, however often it is imported', () => {
    const booked = new Set<string>();
    const counts = Array.from({ length: 5 }, () => {
      const allocations = allocateStatement({ statement, items, booked });
      for (const { entryReference } of allocations) booked.add(entryReference);
      return allocations.length;
    });
    expect(counts).toEqual([5, 0, 0, 0, 0]);
  });

  test.each([
    ['a wrong closing balance', { closing: '1109975.01' }, ['camt.balance']],
    ['a wrong control sum', { creditSum: '322300.51' }, ['camt.controlSum']],
    ['a gap', { sequence: '9' }, ['camt.sequence']],
    [
      'a batch that does not add up',
      { entries: statement.entries.map((row) => (row.reference === 'E3' ? { ...row, transactions: [{ amount: '1' }] } : row)) },
      ['camt.batchSum'],
    ],
  ])('holds %s', (_name, changes, codes) => {
    const found = statementIssues({ ...statement, ...changes }, { sequence: '6', closing: '1000000.00' });
    expect(found.map(({ code }) => code)).toEqual(codes);
  });

  test('amount and account alone only propose', () => {
    const iban = 'FR1420041010050500013M02606';
    const only = {
      ...statement,
      entries: [
        { ...entry, reference: 'E9', direction: 'credit', amount: '5.00', transactions: [{ amount: '5.00', counterpartyIban: iban }] },
      ],
    } as const;
    const open = [{ id: 'x', side: 'receivable', references: ['X'], open: '5.00', iban }] as const;
    expect(allocateStatement({ statement: only, items: open, booked: new Set() })).toMatchObject([{ kind: 'proposed', itemId: 'x' }]);
  });
});

function januaryJournals(): readonly ReturnType<typeof journalOfEvent>[] {
  const event = (of: SettlementEvent): ReturnType<typeof journalOfEvent> => journalOfEvent({ event: of, currency: 'EUR', reference: 'r' });
  const power = sampleLine({ tradeId: 'T-1', profile: 'base', capacityMw: '10', price: '92.35' });
  const credit = { ...sampleLine({ tradeId: 'T-1', profile: 'base', capacityMw: '1', price: '-1' }), net: '-2216.40' };
  const gas = { ...sampleLine({ tradeId: 'T-2', profile: 'base', capacityMw: '10', price: '1' }), net: '412300.50' };
  return [
    event({ kind: 'accrued', side: 'sell', commodity: 'power', amount: '669600.00' }),
    event({ kind: 'accrualReversed', side: 'sell', commodity: 'power', amount: '669600.00' }),
    journalOfInvoice(sampleInvoice({ counterparty: LUMIERE, lines: [power] })),
    journalOfInvoice(sampleInvoice({ counterparty: LUMIERE, lines: [credit] })),
    journalOfInvoice(sampleInvoice({ direction: 'buy', counterparty: LUMIERE, commodity: 'gas', lines: [gas] })),
    event({ kind: 'serviceInvoiced', net: '10000.00', vat: '1900.00' }),
    event({ kind: 'netted', amount: '424200.50' }),
    journalOfPayment({ kind: 'received', amount: '260000.00', currency: 'EUR', reference: 'NET-1' }),
    event({ kind: 'bankFee', amount: '25.00' }),
  ];
}

test('A25: the trial balance of January', () => {
  const balances = trialBalance(januaryJournals()).map(({ account, amount }) => `${account} ${amount}`);
  expect(balances).toEqual([
    '1000 259975.00',
    '1100 667.10',
    '1300 0.00',
    '1500 1900.00',
    '1510 78337.10',
    '2100 0.00',
    '2220 -78337.10',
    '4000 -684867.60',
    '5100 412300.50',
    '5300 10000.00',
    '6900 25.00',
  ]);
  const debits = sum(balances.map((row) => decimal(row.slice(5))).filter((amount) => amount.isPositive()));
  expect(debits.toFixed(2)).toBe('763204.70');
});

test('the ledger sums to zero after any sequence of events', () => {
  const amount = fc.integer({ min: 1, max: 100_000_000 }).map((cents) => (cents / 100).toFixed(2));
  const event = fc.oneof(
    fc.record({
      kind: fc.constantFrom('accrued', 'accrualReversed'),
      side: fc.constantFrom('buy', 'sell'),
      commodity: fc.constantFrom('power', 'gas'),
      amount,
    }),
    fc.record({ kind: fc.constant('serviceInvoiced'), net: amount, vat: amount }),
    fc.record({ kind: fc.constantFrom('netted', 'bankFee', 'receivedUnknown', 'unknownFound', 'disputed', 'interestClaimed'), amount }),
  ) as fc.Arbitrary<SettlementEvent>;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const journals = events.map((of) => journalOfEvent({ event: of, currency: 'EUR', reference: 'r' }));
      return sum(trialBalance(journals).map((row) => decimal(row.amount))).isZero();
    }),
    { numRuns: 200 },
  );
});

test('A26: a foreign receivable at three rates', () => {
  const rates = { booked: '0.8650', closing: '0.8610', payment: '0.8575' };
  expect(revaluedReceivable({ amount: '12345.67', rates, functional: 'EUR', rounding: 'halfAwayFromZero' })).toEqual({
    booked: '14272.45',
    revalued: '14338.76',
    realised: '14397.28',
    unrealisedGain: '66.31',
    realisedGain: '58.52',
  });
});

test.each<[string, string, string, string, InterestBasis, string]>([
  ['A27: EFET', '687084.00', '2026-02-20', '2026-03-06', { kind: 'agreed', ratePercent: '4.90' }, '1309.28'],
  ['A27: ECB', '687084.00', '2026-02-20', '2026-03-06', { kind: 'directive' }, '2674.92'],
  ['A27: DE', '687084.00', '2026-02-20', '2026-03-06', { kind: 'DE' }, '2706.55'],
  ['A27: BE', '687084.00', '2026-02-20', '2026-03-06', { kind: 'BE' }, '2767.16'],
  ['A28: DE over two semesters', '100000.00', '2025-06-16', '2025-07-16', { kind: 'DE' }, '885.21'],
  ['A28: IE by the day of payment', '100000.00', '2025-06-16', '2025-07-16', { kind: 'IE' }, '834.25'],
  ['paid on the due date', '100000.00', '2025-06-16', '2025-06-16', { kind: 'DE' }, '0.00'],
])('%s', (_name, amount, dueOn, paidOn, basis, interest) => {
  const found = lateInterest({ amount, dueOn: businessDate(dueOn), paidOn: businessDate(paidOn), basis });
  expect(roundToCurrency({ amount: found.amount, currency: 'EUR', rounding: 'halfAwayFromZero' }).toFixed(2)).toBe(interest);
});

test('interest of days whose rate is not loaded is refused, not guessed', () => {
  const days = { dueOn: businessDate('2026-06-20'), paidOn: businessDate('2026-07-03') };
  expect(() => lateInterest({ amount: '1', ...days, basis: { kind: 'DE' } })).toThrow('loaded for 2026-07-01');
});

test('A29: exposure and collateral call', () => {
  const forward = [
    { text: 'delivered, not invoiced', amount: '310296.00' },
    { text: 'forward at market', amount: '14280.00' },
  ];
  const parts = [POWER, CREDIT, GAS, SERVICE].map(({ number, gross }) => ({ text: number, amount: gross }));
  const exposure = settlementExposure({ parts: [...parts, ...forward], isNettingEnforceable: true });
  expect(exposure.toFixed(2)).toBe('585243.10');
  const terms = { threshold: '250000', minimumTransfer: '50000', roundUpTo: '10000' };
  const { shortfall, call } = collateralCall({ exposure, held: '200000', terms });
  expect([shortfall.toFixed(2), call.toFixed()]).toEqual(['135243.10', '140000']);
  const receivable = { text: 'power less its credit', amount: '684867.60' };
  const gross = settlementExposure({ parts: [receivable, ...parts.slice(2), ...forward], isNettingEnforceable: false });
  expect(gross.toFixed(2)).toBe('1009443.60');
  expect(collateralCall({ exposure: decimal('499999'), held: '200000', terms }).call.toFixed()).toBe('0');
});

test('A30: accounts and references', () => {
  expect(bankAccountIssues({ iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' })).toEqual([]);
  expect(bankAccountIssues({ iban: 'DE88370400440532013000' }).map(({ code }) => code)).toEqual(['iban.checkDigits']);
  expect(bankAccountIssues({ iban: 'DE89370400440532013000', bic: 'PSSTFRPPLYO' }).map(({ code }) => code)).toEqual(['bic.country']);
  // Right check digits over a German account that lacks a digit.
  expect(bankAccountIssues({ iban: 'DE5137040044053201300' }).map(({ code }) => code)).toEqual(['iban.length']);
  expect(isCreditorReference('RF18539007547034')).toBe(true);
  expect(isCreditorReference('RF19539007547034')).toBe(false);
  expect(creditorReference('NET202702A')).toBe('RF72NET202702A');
});

describe('A31: re-settlement', () => {
  const first = { energyMwh: '7440', net: '687084.00' };

  test('24 MWh less are a credit of their price; the first invoice stays', () => {
    const delta = resettlementDelta({ invoiced: [first], restated: { energyMwh: '7416', net: '684867.60' }, currency: 'EUR' });
    expect(delta).toEqual({ kind: 'credit', energyMwh: '-24', net: '2216.40' });
    expect(first).toEqual({ energyMwh: '7440', net: '687084.00' });
  });

  test('all documents together are the restated claim, however often it is restated', () => {
    const money = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => (cents / 100).toFixed(2));
    fc.assert(
      fc.property(fc.array(money, { minLength: 1, maxLength: 10 }), (claims) => {
        const documents = [first];
        for (const net of claims) {
          const delta = resettlementDelta({ invoiced: documents, restated: { energyMwh: '1', net }, currency: 'EUR' });
          documents.push(settledByDelta(delta));
        }
        return sum(documents.map(({ net }) => decimal(net))).equals(decimal(claims.at(-1) ?? '0'));
      }),
    );
  });
});
