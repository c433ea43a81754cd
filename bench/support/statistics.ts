/** One line of a bench's result on standard output. */
export function printLine(line: { bench: string; metric: string; ours: number; base: number; unit: string }): number {
  const ratio = line.ours / line.base;
  const { bench, metric, unit } = line;
  console.log(JSON.stringify({ bench, metric, ours: round(line.ours), base: round(line.base), ratio: round(ratio), unit }));
  return ratio;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
