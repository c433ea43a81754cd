import type { LockedTrade } from '../../db/queries/booking.ts';
import { ConflictError } from '../../domain/errors/app-error.ts';

/** A step that the state of the version does not allow: `illegal-transition`, naming both. */
export function illegalStep(trade: Pick<LockedTrade, 'tradeId' | 'version' | 'versionState'>, step: string): ConflictError {
  return new ConflictError({
    code: 'illegal-transition',
    message: `Version ${trade.version} of the trade '${trade.tradeId}' is ${trade.versionState} and cannot ${step}.`,
    details: { tradeId: trade.tradeId, version: trade.version, state: trade.versionState },
  });
}
