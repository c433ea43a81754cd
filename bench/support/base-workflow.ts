import { proxyActivities } from '@temporalio/workflow';

const { doNothing } = proxyActivities<{ doNothing(): Promise<void> }>({ startToCloseTimeout: '10s' });

/** What every orchestration on this server costs at least: four remote activities, one after the other, that do nothing. */
export async function fourEmptyActivities(): Promise<void> {
  await doNothing();
  await doNothing();
  await doNothing();
  await doNothing();
}
