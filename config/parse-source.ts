import { AppError } from '../domain/errors/app-error.ts';
import type { FieldIssue } from '../domain/errors/app-error.ts';
import { z } from 'zod';

/** Names and values as a process gets them; an empty value counts as not given. */
export type EnvSource = Readonly<Record<string, string | undefined>>;

/**
 * Parses `source` with `schema`, and names every problem at once.
 * @throws AppError `validation-failed` with one issue per variable that is wrong.
 */
export function parseSource<S extends z.ZodType>(schema: S, source: EnvSource): z.output<S> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue): FieldIssue => {
    const field = issue.path.join('.') || 'environment';
    return {
      field,
      code: `env.${issue.code}`,
      message: given[field] === undefined && issue.code !== 'custom' ? 'is not set' : issue.message,
      fix: `Set ${field} in the environment of this process.`,
    };
  });
  const lines = issues.map((issue) => `  ${issue.field}: ${issue.message}`);
  throw new AppError({
    code: 'validation-failed',
    message: `The configuration has ${issues.length} problem(s):\n${lines.join('\n')}`,
    issues,
  });
}

/** Freezes a configuration with its groups, so that nobody changes it after the start. */
export function freezeGroups<T extends object>(config: T): Readonly<T> {
  for (const group of Object.values(config)) if (typeof group === 'object' && group !== null) Object.freeze(group);
  return Object.freeze(config);
}

/** Reports a group of variables of which only some are set. */
export function refuseHalfSetGroup(input: {
  readonly given: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  readonly report: (issue: { path: [string]; message: string }) => void;
}): void {
  const missing = input.names.filter((name) => input.given[name] === undefined);
  if (missing.length === 0 || missing.length === input.names.length) return;
  for (const name of missing) {
    input.report({ path: [name], message: `is not set, but others of its group are: ${input.names.join(', ')} belong together` });
  }
}

/** Pieces that the schemas of this folder share. */
export const part = {
  port: z.coerce.number().int().min(1).max(65_535),
  postgresUrl: z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must look like postgres://user:password@host:port/database'),
  redisUrl: z.string().regex(/^rediss?:\/\/\S+$/, 'must look like redis://host:port'),
  httpUrl: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must look like https://host')
    .transform((url) => url.replace(/\/+$/, '')),
  address: z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'must look like host:port'),
  acerCode: z.string().regex(/^[A-Za-z0-9_]{9}\.[A-Z]{2}$/, 'must be an ACER code: 9 characters, a dot, 2 letters of the country'),
  /** `id:base64,id:base64`, each key 32 bytes; who encrypts with them takes them apart. */
  payloadKeys: z
    .string()
    .regex(
      /^[a-z0-9-]{1,40}:[A-Za-z0-9+/]{43}=(,[a-z0-9-]{1,40}:[A-Za-z0-9+/]{43}=)*$/,
      'must be id:key, key 32 bytes in base64, comma between keys',
    ),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  whole: (bounds: { min: number; max: number }) => z.coerce.number().int().min(bounds.min).max(bounds.max),
} as const;
