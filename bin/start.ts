import { existsSync } from 'node:fs';
import { loadStackEnv } from '../config/stack-env.ts';
import { migrate } from './migrate.ts';
import { systemClock } from '../adapters/clock/clock.ts';
import { seedSample } from './seed/seed-sample.ts';
import { untilSignal } from './stack/shutdown.ts';
import { startStack } from './stack/stack.ts';

const say = (line: string): void => console.error(line);

try {
  const startedAt = performance.now();
  const givenUp = Promise.withResolvers<number>();
  const stack = await startStack({
    profile: 'start',
    env: loadStackEnv(),
    log: say,
    migrate,
    prepare: (context) => seedSample(context, systemClock()),
    onGiveUp: (name, reason) => {
      say(`${name} is down for good: ${reason}`);
      givenUp.resolve(1);
    },
  });
  say(`EnergyOpti-Pro is up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  for (const [name, url] of Object.entries(stack.urls)) console.log(`  ${name.padEnd(9)}${url}`);
  console.log(`  ${'temporal'.padEnd(9)}${stack.temporalAddress}`);
  console.log(`  ${'data'.padEnd(9)}${stack.profileDir}`);
  if (existsSync(stack.apiKeysFile)) console.log(`  ${'API keys'.padEnd(9)}${stack.apiKeysFile}`);
  say('Ctrl-C stops it; the next start continues with the same data.');
  process.exitCode = await Promise.race([untilSignal(say), givenUp.promise]);
  await stack.stop();
  say('Stopped.');
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
process.exit();
