import { describe, expect, it } from 'vitest';
import { type PastReport, planReport } from './plan-report.ts';

const past = (action: PastReport['action'], sequence: number, uti = 'U1', state = 'accepted'): PastReport => ({
  uti,
  action,
  sequence,
  state,
});

describe('planReport', () => {
  it('reports a trade for the first time with N, also an amended one of which nothing was reported', () => {
    expect(planReport({ kind: 'new', isReportable: true, history: [] })).toEqual({ kind: 'new' });
    expect(planReport({ kind: 'amend', isReportable: true, history: [] })).toEqual({ kind: 'new' });
  });

  it('follows with M and C under the UTI of the first report, whatever its fate is yet', () => {
    const history = [past('N', 1, 'U1', 'pending'), past('M', 2, 'U1', 'rejected')];
    expect(planReport({ kind: 'amend', isReportable: true, history })).toEqual({ kind: 'follow', action: 'M', uti: 'U1', sequence: 3 });
    expect(planReport({ kind: 'cancel', isReportable: true, history })).toEqual({ kind: 'follow', action: 'C', uti: 'U1', sequence: 3 });
  });

  it('takes a withdrawn report for none, but never gives its sequence again', () => {
    expect(planReport({ kind: 'amend', isReportable: true, history: [past('N', 1, 'U1', 'withdrawn')] })).toEqual({ kind: 'new' });
    const history = [past('N', 1), past('M', 2, 'U1', 'withdrawn')];
    expect(planReport({ kind: 'cancel', isReportable: true, history })).toMatchObject({ action: 'C', sequence: 3 });
  });

  it('ends the report of a trade that an amendment takes out of the regime', () => {
    expect(planReport({ kind: 'amend', isReportable: false, history: [past('N', 1)] })).toMatchObject({ action: 'C', sequence: 2 });
  });

  it('has nothing to end where nothing is alive', () => {
    expect(planReport({ kind: 'cancel', isReportable: true, history: [] })).toMatchObject({ kind: 'nothing' });
    expect(planReport({ kind: 'cancel', isReportable: true, history: [past('N', 1), past('C', 2)] })).toMatchObject({ kind: 'nothing' });
    expect(planReport({ kind: 'new', isReportable: false, history: [] })).toMatchObject({ kind: 'nothing' });
  });
});
