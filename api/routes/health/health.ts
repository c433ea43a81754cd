import type { ApiApp } from '../../app.ts';

/** How long one dependency may take to answer before it counts as down. */
const CHECK_TIMEOUT_MS = 2_000;

/** `/health/live` says that the process answers; `/health/ready` that what it needs answers too; `/metrics` is for Prometheus. */
export function registerHealthRoutes(app: ApiApp): void {
  app.get('/health/live', (c) => c.json({ status: 'ok', version: c.get('deps').version }));
  app.get('/health/ready', async (c) => {
    const { healthChecks, version } = c.get('deps');
    const checks = await Promise.all(
      healthChecks.map(async ({ name, check }) => ({ name, status: (await answersInTime(check)) ? ('ok' as const) : ('down' as const) })),
    );
    const isReady = checks.every(({ status }) => status === 'ok');
    return c.json({ status: isReady ? 'ok' : 'down', version, checks }, isReady ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const { registry } = c.get('deps').metrics;
    return c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
}

async function answersInTime(check: () => Promise<void>): Promise<boolean> {
  const timeout = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const expired = new Promise<false>((resolve) => timeout.addEventListener('abort', () => resolve(false), { once: true }));
  const answered = check().then(
    () => true,
    () => false,
  );
  return await Promise.race([answered, expired]);
}
