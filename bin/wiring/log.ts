import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Env } from '../../config/env.ts';

export type Log = Logger;

/** Structured lines on standard output, one JSON object each. Documents, keys and personal data are never passed to it. */
export function createLog(input: { readonly env: Env; readonly name: string }): Log {
  return pino({
    name: input.name,
    level: input.env.logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['token', 'authorization', 'password', '*.token', '*.authorization', '*.password'],
  });
}
