import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ApiClient, ApiRequest } from '../client/api-client.ts';
import { parseTradeFile, submitTradeRow } from '../client/submit-trade-file.ts';
import type { RowResult } from '../client/submit-trade-file.ts';
import { SAMPLE_FOLDER } from '../seed/seed-sample.ts';
import type { DayClock } from './day-clock.ts';
import { countStates } from './day-view.ts';
import type { CycleLine, DayView } from './day-view.ts';
import { waitUntil } from './wait-until.ts';

/** The people of the sample firm, each through a client with his own key. */
export type DayPeople = { readonly feed: ApiClient; readonly officer: ApiClient; readonly backOffice: ApiClient };

export type Day = { readonly people: DayPeople; readonly view: DayView; readonly clock: DayClock; readonly say: (line: string) => void };

/** The day on which the trades are concluded, after the close, and the day on which the back office closes the months. */
export const DAY_STARTS_AT = '2026-09-29T16:30:00.000Z';
export const CLOSING_DAY_AT = '2027-04-06T07:00:00.000Z';

/** Which held trade a person refuses, and why; the other ones are let pass with a reason. */
const REFUSED: Readonly<Record<string, string>> = { 'SD-0058': 'Forty times the usual size: the desk asks for a limit first' };
const APPROVAL_REASON = 'The price pays for a reserve that the curve does not show; compared with the quotes in the deal file';
/** The ACER code under which the counterparty is registered; its reference data had two digits swapped. */
const CORRECT_CODE = {
  overrides: { otherMarketParticipantAcerCode: 'A0010007N.DE' },
  reason: 'Two digits of the counterparty’s ACER code were swapped in the reference data',
};
/** The month whose invoices are not paid yet on the closing day: they fall due on 20 April 2027. */
const UNPAID_MONTH = '2027-03';

const STEP_TIMEOUT_MS = 120_000;
/** The back office closes a month an hour after it may. */
const CLOSING_DELAY_MS = 3_600_000;

/** Drives the whole day; gives what became of each row of the file. */
export async function driveSampleDay(day: Day): Promise<readonly RowResult[]> {
  const text = await readFile(path.join(SAMPLE_FOLDER, 'trades.csv'), 'utf8');
  const file = parseTradeFile({ text, format: 'csv', now: day.clock.now() });
  if (!file.ok) throw new Error(`the sample file cannot be read: ${file.issues[0]?.message ?? ''}`);
  const isLater = (kind: string): boolean => kind === 'amend' || kind === 'cancel';
  const results = await submitRows(
    day,
    file.rows.filter(({ kind }) => !isLater(kind)),
  );
  await untilChecked(day);
  await decideHeldTrades(day);
  await untilChecked(day);
  results.push(
    ...(await submitRows(
      day,
      file.rows.filter(({ kind }) => isLater(kind)),
    )),
  );
  await untilChecked(day);
  await repairRejectedReports(day);
  await untilReported(day);
  await closeMonths(day);
  return results.toSorted((a, b) => a.line - b.line);
}

async function submitRows(day: Day, rows: Parameters<typeof submitTradeRow>[1][]): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (const row of rows) results.push(await submitTradeRow(day.people.feed, row));
  const refused = results.filter(({ outcome }) => outcome === 'refused').length;
  day.say(`captured     ${results.length - refused} rows accepted, ${refused} refused with the reason`);
  return results;
}

/** Until no trade is on its way through risk and compliance. */
async function untilChecked(day: Day): Promise<void> {
  const trades = await waitUntil({
    what: 'the checks of every trade',
    timeoutMs: STEP_TIMEOUT_MS,
    ask: async () => {
      const all = await day.view.trades();
      return all.some(({ state }) => state === 'captured' || state === 'checking') ? undefined : all;
    },
  });
  day.say(`checked      trades: ${countStates(trades)}`);
}

async function decideHeldTrades(day: Day): Promise<void> {
  for (const trade of await day.view.trades()) {
    if (trade.state !== 'held') continue;
    const refusal = REFUSED[trade.sourceTradeId];
    const verb = refusal === undefined ? 'approve' : 'reject';
    const { headers } = await day.people.officer.request({ path: `/v1/trades/${trade.id}` });
    await command(day.people.officer, {
      path: `/v1/trades/${trade.id}/${verb}`,
      body: { reason: refusal ?? APPROVAL_REASON },
      ifMatch: headers.get('ETag') ?? '',
    });
    day.say(`decided      ${trade.sourceTradeId}: ${verb} (${trade.waitingFor ?? ''})`);
  }
}

async function repairRejectedReports(day: Day): Promise<void> {
  const rejected = await waitUntil({
    what: 'every report to be judged',
    timeoutMs: STEP_TIMEOUT_MS,
    ask: async () => {
      const all = await day.view.obligations();
      return all.every(({ state }) => state === 'accepted' || state === 'rejected' || state === 'invalid')
        ? all.filter(({ state }) => state !== 'accepted')
        : undefined;
    },
  });
  for (const obligation of rejected) {
    await command(day.people.officer, { path: `/v1/obligations/${obligation.id}/repair`, body: CORRECT_CODE });
    day.say(`repaired     report ${obligation.uti} after a rejection`);
  }
}

async function untilReported(day: Day): Promise<void> {
  const obligations = await waitUntil({
    what: 'every report to be accepted',
    timeoutMs: STEP_TIMEOUT_MS,
    ask: async () => {
      const all = await day.view.obligations();
      return all.every(({ state }) => state === 'accepted') ? all : undefined;
    },
  });
  day.say(`reported     obligations: ${countStates(obligations)}`);
}

/** Month by month: the simulated clock moves past the delivery month, what is over is closed and invoiced, and paid. */
async function closeMonths(day: Day): Promise<void> {
  const cycles = await day.view.cycles();
  const months = [
    ...new Set(cycles.filter(({ closesAt }) => closesAt <= CLOSING_DAY_AT).map(({ deliveryMonth }) => deliveryMonth)),
  ].toSorted();
  for (const month of months) {
    const closesAt = cycles
      .filter(({ deliveryMonth }) => deliveryMonth === month)
      .reduce((latest, cycle) => (cycle.closesAt > latest ? cycle.closesAt : latest), '');
    await day.clock.moveTo(new Date(Date.parse(closesAt) + CLOSING_DELAY_MS).toISOString());
    const invoiced = await closeMonth(day, month);
    if (month !== UNPAID_MONTH) await payInvoices(day, invoiced);
    day.say(
      `settled      ${month} on ${day.clock.now().toISOString().slice(0, 10)} (simulated): ${countStates((await day.view.cycles()).filter(({ deliveryMonth }) => deliveryMonth === month))}`,
    );
  }
}

async function closeMonth(day: Day, month: string): Promise<readonly CycleLine[]> {
  for (const cycle of (await day.view.cycles()).filter(({ state, deliveryMonth }) => state === 'open' && deliveryMonth === month)) {
    await command(day.people.backOffice, {
      path: `/v1/settlement-cycles/${cycle.id}/close`,
      body: { reason: 'Month-end closing' },
      ifMatch: `"r${cycle.revision}"`,
    });
  }
  return await waitUntil({
    what: `the invoices of ${month}`,
    timeoutMs: STEP_TIMEOUT_MS,
    ask: async () => {
      const cycles = (await day.view.cycles()).filter(({ deliveryMonth }) => deliveryMonth === month);
      return cycles.every(({ state }) => state !== 'open' && state !== 'closing') ? cycles : undefined;
    },
  });
}

async function payInvoices(day: Day, cycles: readonly CycleLine[]): Promise<void> {
  const valueDate = day.clock.now().toISOString().slice(0, 10);
  for (const invoice of cycles.flatMap(({ invoices }) => invoices)) {
    const body = { amount: invoice.total, valueDate, bankReference: `PAID ${invoice.invoiceNumber}` };
    await command(day.people.backOffice, { path: `/v1/invoices/${invoice.id}/payment`, body });
  }
}

async function command(api: ApiClient, request: ApiRequest): Promise<void> {
  const answer = await api.request({ ...request, method: 'POST' });
  if (answer.status >= 300) throw new Error(`${request.path} was answered with ${answer.status}: ${answer.text}`);
}
