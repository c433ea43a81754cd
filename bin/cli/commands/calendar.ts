import type { Command } from 'commander';
import { SETTLEMENT_MARKET_CODES, isSettlementMarketCode } from '../../../domain/market/settlement-markets.ts';
import { deliveryHoursTable } from '../../../domain/settlement/delivery-hours.ts';
import { CALENDAR_NAMES, closingDays, isCalendarName } from '../../../domain/time/calendar.ts';
import { UsageError, writeLine } from '../io.ts';

const YEAR_MIN = 1999;
const YEAR_MAX = 2199;

/** `calendar` and `delivery-hours`. */
export function addCalendarCommands(program: Command): void {
  program
    .command('calendar')
    .description('Closing days of a calendar in a year (offline)')
    .argument('<name>', CALENDAR_NAMES.join(', '))
    .argument('<year>', `${YEAR_MIN} to ${YEAR_MAX}`)
    .addHelpText('after', '\nExample:\n  energyopti calendar TARGET 2027')
    .action((name: string, yearText: string) => {
      const year = Number(yearText);
      if (!isCalendarName(name)) throw new UsageError(`there is no calendar '${name}'; there are ${CALENDAR_NAMES.join(', ')}`);
      if (!/^\d{4}$/.test(yearText) || year < YEAR_MIN || year > YEAR_MAX)
        throw new UsageError(`'${yearText}' is no year from ${YEAR_MIN} to ${YEAR_MAX}`);
      for (const day of closingDays({ calendar: name, year })) writeLine(day);
    });
  program
    .command('delivery-hours')
    .description('Hours of a period by profile (offline)')
    .argument('<market>', SETTLEMENT_MARKET_CODES.join(', '))
    .argument('<period>', 'a day, month, quarter, season, year or from..to, e.g. 2027-01, 2027-Q1, 2027')
    .addHelpText('after', '\nExample:\n  energyopti delivery-hours DE 2027-03')
    .action((market: string, period: string) => {
      if (!isSettlementMarketCode(market)) {
        throw new UsageError(`there is no market '${market}'; there are ${SETTLEMENT_MARKET_CODES.join(', ')}`);
      }
      for (const row of deliveryHoursTable({ market, period })) writeLine(row);
    });
}
