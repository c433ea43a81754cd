import type { Context } from 'hono';
import type { z } from 'zod';
import { ValidationError } from '../domain/errors/app-error.ts';
import { fieldIssuesOfZod } from '../domain/errors/zod-issues.ts';
import type { ApiEnv } from './env.ts';
import { readJsonBody } from './middleware/json-body.ts';

/** Reads and checks a command's body; every field that is wrong is named with its fix. Unknown fields are refused. */
export async function parseBody<T extends z.ZodType>(c: Context<ApiEnv>, schema: T): Promise<{ text: string; body: z.output<T> }> {
  const { text, value } = await readJsonBody(c);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ValidationError(fieldIssuesOfZod(parsed.error));
  return { text, body: parsed.data };
}
