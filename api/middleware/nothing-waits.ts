import { AppError } from '../../domain/errors/app-error.ts';

/**
 * Runs a command on a thing that exists; where no process of it waits for a command any more, the refusal given says so, because
 * "not found" would deny the thing itself.
 */
export async function refusingWhereNothingWaits<T>(command: () => Promise<T>, refusal: AppError): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') throw refusal;
    throw error;
  }
}
