import type { z } from 'zod';
import { ValidationError } from '../../domain/errors/app-error.ts';
import { fieldIssuesOfZod } from '../../domain/errors/zod-issues.ts';

/** Parses the input of a verb. Throws ValidationError naming every field that is wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ValidationError(fieldIssuesOfZod(parsed.error));
}
