import { Command } from 'commander';
import { addCalendarCommands } from './commands/calendar.ts';
import { addConvertCommand } from './commands/convert.ts';
import { addDeadlineCommand } from './commands/deadline.ts';
import { addExceptionCommands } from './commands/exception.ts';
import { addRemitCommands } from './commands/remit.ts';
import { addReportCommands } from './commands/report.ts';
import { addRiskCommands } from './commands/risk.ts';
import { addSettlementCommands } from './commands/settlement.ts';
import { addStackCommands } from './commands/stack.ts';
import { addTradeCommands } from './commands/trade.ts';
import { addValidateCommand } from './commands/validate.ts';

/** The whole command line. Commands marked "offline" in their help need no server, no database and no network. */
export function createProgram(): Command {
  const program = new Command('energyopti')
    .description('Compliance and settlement of energy trades: the system from its operator’s side, and its pure rules with a door')
    .exitOverride()
    .showHelpAfterError('(--help shows an example that can be pasted)')
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  addRemitCommands(program);
  addValidateCommand(program);
  addConvertCommand(program);
  addDeadlineCommand(program);
  addSettlementCommands(program);
  addCalendarCommands(program);
  addStackCommands(program);
  addTradeCommands(program);
  addExceptionCommands(program);
  addReportCommands(program);
  addRiskCommands(program);
  return program;
}
