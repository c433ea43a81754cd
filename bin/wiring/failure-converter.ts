import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures go through the payload codec too: they may name people and firms. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
