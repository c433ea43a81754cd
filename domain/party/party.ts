/** A postal address in parts, as invoices and payments need it. */
export type PostalAddress = {
  readonly street: string;
  readonly postCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
};

/** What a legal entity is known by, ours or the other side's. */
export type LegalEntity = {
  readonly name: string;
  /** ISO 17442, 20 characters. */
  readonly lei: string;
  /** ACER registration code, 12 characters; `ACERNONMP.EU` where the other side is no market participant. */
  readonly acerCode: string;
  readonly eic?: string;
  readonly address: PostalAddress;
  readonly vatNumber: string;
  /** Proof that this party is a taxable dealer of gas and power, Directive 2006/112 art. 38. */
  readonly isTaxableDealer: boolean;
  readonly iban?: string;
  readonly bic?: string;
};

/** The other side of a trade. */
export type Counterparty = LegalEntity & { readonly id: string };
