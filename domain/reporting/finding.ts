/** One finding of a validator: which layer, which field, what is wrong, what to do. */
export type ReportFinding = {
  readonly layer: 'schema' | 'applicability' | 'rule';
  /** Id of the rule, e.g. `xsd.pattern`, `trum.31.mandatory`, `2BCDTNCQR2`. */
  readonly rule: string;
  /** TRUM field number where the element has one, e.g. `31`. */
  readonly field?: string;
  /** Path of the element, e.g. `/REMITTable1/TradeList/TradeReport[1]/priceDetails/price`. */
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
};
