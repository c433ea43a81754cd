import proto from '@temporalio/proto';
import { z } from 'zod';

const { History } = proto.temporal.api.history.v1;

/** A recorded run: which workflow it was, and its events, as text that reviewers can read. */
export type RecordedHistory = { readonly workflowId: string; readonly history: proto.temporal.api.history.v1.IHistory };

const recorded = z.object({ workflowId: z.string(), history: z.record(z.string(), z.unknown()) });

export function historyToText({ workflowId, history }: RecordedHistory): string {
  return `${JSON.stringify({ workflowId, history: History.create(history).toJSON() }, null, 1)}\n`;
}

export function historyFromText(text: string): RecordedHistory {
  const { workflowId, history } = recorded.parse(JSON.parse(text));
  return { workflowId, history: History.fromObject(history) };
}
