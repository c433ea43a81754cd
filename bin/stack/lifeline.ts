/**
 * Preloaded into every child of the stack (`node --import`): ends the process when its supervisor is gone,
 * also when that was killed with SIGKILL and could say nothing. The IPC channel closes with the supervisor.
 */
const DRAIN_MS = 8_000;

if (process.channel !== undefined) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), DRAIN_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The listener must not keep a process alive that has nothing else to do.
  process.channel.unref();
}
