import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Env } from '../../config/env.ts';

export type Log = Logger;

/** Structured lines on standard output, one JSON object each. Documents, keys and personal data are never passed to it. */
export function createLog(input: { readonly env: Env; readonly name: string; readonly isBuffered?: boolean }): Log {
  const options = {
    name: input.name,
    level: input.env.logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['token', 'authorization', 'password', '*.token', '*.authorization', '*.password'],
  };
  return input.isBuffered === true ? pino(options, bufferedOutput(1)) : pino(options);
}

const BUFFER_BYTES = 4_096;
const FLUSH_MS = 500;

/** Lines go out in blocks, every half second at the latest: a line for each request must not cost a system call for each request. */
export function bufferedOutput(destination: number | string): pino.DestinationStream {
  return pino.destination({ dest: destination, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
}
