import { readNumber } from './request-reader.ts';
import type { Issues } from './request-reader.ts';

/** A confidence level: from one half, where a loss begins to be a tail, to below one. */
export function readConfidence(input: { value: unknown; field: string; issues: Issues; fallback?: number }): number | undefined {
  return readNumber({ ...input, isInside: (level) => level >= 0.5 && level <= 0.999999, bounds: 'share from 0.5 to 0.999999, e.g. 0.99' });
}
