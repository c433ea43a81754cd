import { CommanderError } from 'commander';
import { AppError } from '../../domain/errors/app-error.ts';
import { EXIT, UsageError, issuesOf, writeError, writeIssues } from './io.ts';
import { createProgram } from './program.ts';

// A reader that closes early (`| head`) ends the command, it is no failure of it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else if (error instanceof UsageError) {
    writeError(`energyopti: ${error.message}`);
    process.exitCode = EXIT.usage;
  } else if (error instanceof AppError) process.exitCode = writeIssues(issuesOf(error));
  else throw error;
}
