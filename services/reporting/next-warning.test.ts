import { describe, expect, it } from 'vitest';
import { nextWarning, passedPercent } from './next-warning.ts';

const createdAt = new Date('2026-11-20T10:00:00.000Z');
const dueAt = new Date('2026-11-20T20:00:00.000Z');

describe('nextWarning', () => {
  it('names half of the time first, counted from the making of the obligation', () => {
    expect(nextWarning({ createdAt, dueAt, warnedPercent: 0, now: new Date('2026-11-20T11:00:00.000Z') })).toEqual({
      percent: 50,
      inMs: 4 * 3_600_000,
    });
  });

  it('is due at once where the moment has passed unnoted', () => {
    expect(nextWarning({ createdAt, dueAt, warnedPercent: 50, now: new Date('2026-11-20T19:00:00.000Z') })).toEqual({
      percent: 80,
      inMs: 0,
    });
  });

  it('ends once the breach is noted', () => {
    expect(nextWarning({ createdAt, dueAt, warnedPercent: 100, now: dueAt })).toBeNull();
  });
});

describe('passedPercent', () => {
  it.each([
    ['2026-11-20T14:59:59.999Z', 0],
    ['2026-11-20T15:00:00.000Z', 50],
    ['2026-11-20T18:00:00.000Z', 80],
    ['2026-11-20T19:59:59.999Z', 80],
    ['2026-11-20T20:00:00.000Z', 100],
  ])('at %s gives %i', (now, percent) => {
    expect(passedPercent({ createdAt, dueAt, now: new Date(now) })).toBe(percent);
  });

  it('is a breach at once where the obligation was made after its deadline', () => {
    expect(passedPercent({ createdAt: dueAt, dueAt: createdAt, now: dueAt })).toBe(100);
  });
});
