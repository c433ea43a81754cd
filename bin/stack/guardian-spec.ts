import { z } from 'zod';

const schema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  uid: z.number().int().optional(),
  gid: z.number().int().optional(),
  /** Signals to send one after the other until the server has ended. */
  stop: z.array(z.object({ signal: z.enum(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGKILL']), waitMs: z.number() })),
});

/** What a guardian runs, as whom, and how it is ended. */
export type GuardianSpec = z.output<typeof schema>;

/** @throws where the text is not a spec: only our own code writes it. */
export function parseGuardianSpec(text: string): GuardianSpec {
  return schema.parse(JSON.parse(text));
}
