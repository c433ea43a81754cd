import { startBareServer } from './bare-server.ts';
import { startMeasuredApi } from './measured-api.ts';

export type ServerOrder = { readonly kind: 'ours' | 'base'; readonly databaseUrl: string; readonly poolMax: number };

/** A process of its own for each side: an order in, the port out. */
process.on('message', (order: ServerOrder) => {
  const start = order.kind === 'ours' ? startMeasuredApi : startBareServer;
  void start(order).then(
    (port) => process.send?.({ port }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
