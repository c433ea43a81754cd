import type { Role } from '../context.ts';

/** Who may read obligations, submissions and receipts. */
export const REPORTING_READERS: readonly Role[] = ['upstream', 'compliance', 'backOffice', 'auditor', 'admin'];
