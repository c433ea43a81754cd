import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { AppError, NotFoundError } from '../domain/errors/app-error.ts';
import { mapFailures, toApplicationFailure } from './application-failure.ts';

describe('toApplicationFailure', () => {
  it('makes a refusal final and an outage retryable, with our code as the type', () => {
    const refusal = toApplicationFailure(new NotFoundError({ what: 'trade', id: 't' }));
    const outage = toApplicationFailure(new AppError({ code: 'unavailable', message: 'later', retryable: true }));
    expect(refusal).toMatchObject({ type: 'not-found', nonRetryable: true, message: "There is no trade 't'." });
    expect(outage).toMatchObject({ type: 'unavailable', nonRetryable: false });
  });

  it('lets bugs and lost connections be tried again', () => {
    expect(toApplicationFailure(new TypeError('x is not a function'))).toMatchObject({ type: 'unexpected', nonRetryable: false });
    expect(toApplicationFailure(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).toMatchObject({ type: 'unavailable' });
    expect(toApplicationFailure(Object.assign(new Error('shutting down'), { code: '57P01' }))).toMatchObject({ type: 'unavailable' });
    expect(toApplicationFailure(Object.assign(new Error('duplicate key'), { code: '23505' }))).toMatchObject({ type: 'unexpected' });
  });

  it('stands before every function of an activity object', async () => {
    const activities = mapFailures({
      fails: async (input: { id: string }): Promise<string> => {
        throw new NotFoundError({ what: 'cycle', id: input.id });
      },
    });
    await expect(activities.fails({ id: 'c' })).rejects.toBeInstanceOf(ApplicationFailure);
  });
});
