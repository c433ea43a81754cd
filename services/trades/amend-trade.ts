import { type FieldIssue, ValidationError } from '../../domain/errors/app-error.ts';
import { termsFingerprint } from '../../domain/trade/terms-fingerprint.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { type NextVersionInput, type NextVersionResult, addNextVersion } from './next-version.ts';

/** What makes a deal this deal: with another of these it is another deal. */
const FIXED_TERMS = ['counterpartyId', 'direction', 'market', 'commodity'] as const satisfies readonly (keyof TradeTerms)[];

/**
 * Gives a booked trade new terms: version n+1, which goes the whole way of checks again while version n stays booked.
 * `terms` come from `parseTradeTerms`. Throws `forbidden`, `not-found`; `precondition-failed` where `expectedRevision` is not the present one;
 * `illegal-transition` (details.allowed, details.why) where the trade is not booked; `validation-failed` where the terms are those that are
 * booked, where counterparty, direction, market or commodity change, where book, trader or agreement do not exist, or without a reason.
 * The same command again, by the same actor, gives the first answer.
 */
export async function amendTrade({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: NextVersionInput & { terms: TradeTerms };
}): Promise<NextVersionResult> {
  authorise(ctx, { allowed: ['upstream', 'backOffice', 'admin'], action: 'amend a trade' });
  const change = (booked: TradeTerms): TradeTerms => {
    const issues = amendmentIssues(booked, input.terms);
    if (issues.length > 0) throw new ValidationError(issues);
    return input.terms;
  };
  return await addNextVersion(ctx, { ...input, kind: 'amend', termsSha256: termsFingerprint(input.terms), change });
}

function amendmentIssues(booked: TradeTerms, terms: TradeTerms): readonly FieldIssue[] {
  if (termsFingerprint(booked) === termsFingerprint(terms)) {
    const message = 'These are the terms that are booked.';
    return [{ field: '', code: 'amendment.noChange', message, fix: 'Change what is to be amended, or leave the trade as it is.' }];
  }
  return FIXED_TERMS.filter((field) => booked[field] !== terms[field]).map((field) => ({
    field: `/${field}`,
    code: 'amendment.fixedTerm',
    message: `The ${field} of a trade cannot be amended; it is '${booked[field]}'.`,
    fix: 'Cancel this trade and enter the deal as a new one.',
  }));
}
