/** A constraint of the database that refused a row: its SQLSTATE and its name. */
export type DatabaseRefusal = { readonly kind: 'unique' | 'foreignKey'; readonly constraint: string };

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Tells a refusal by a constraint from every other error. */
export function databaseRefusalOf(error: unknown): DatabaseRefusal | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
  if (error.code === UNIQUE_VIOLATION) return { kind: 'unique', constraint };
  return error.code === FOREIGN_KEY_VIOLATION ? { kind: 'foreignKey', constraint } : undefined;
}
