import { sendAll } from './request-load.ts';
import { tradeRequests } from './trade-requests.ts';

export type LoadOrder = {
  readonly port: number;
  readonly path: string;
  readonly apiKey: string;
  readonly series: string;
  readonly count: number;
  readonly concurrency: number;
};

/** A process of its own, so that making the load does not slow what is measured: an order in, a result out. */
process.on('message', (order: LoadOrder) => {
  void sendAll({ port: order.port, concurrency: order.concurrency, requests: tradeRequests(order) }).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
