import { z } from 'zod';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import type { ApiAnswer } from './api-client.ts';

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  type: z.string(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string(), fix: z.string() })),
});

/** The refusals of an answer that was not what was asked for: its fields, or the problem itself. */
export function refusalsOf(answer: ApiAnswer): readonly FieldIssue[] {
  const problem = problemSchema.safeParse(answer.json);
  if (!problem.success)
    return [{ field: '', code: `http.${answer.status}`, message: answer.text.slice(0, 500), fix: 'Look into the log of the API.' }];
  const { code, detail, type, errors } = problem.data;
  return errors.length > 0 ? errors : [{ field: '', code, message: detail, fix: `See ${type}` }];
}
