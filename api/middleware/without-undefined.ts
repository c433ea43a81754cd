/** The object without the members that are `undefined`: query parameters that were not given are absent, not undefined. */
export function withoutUndefined<T extends object>(input: T): Defined<T> {
  // Safe because only members whose value is undefined are left out, and `Defined` makes exactly those optional.
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Defined<T>;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
