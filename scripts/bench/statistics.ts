/** The few statistics the benchmark needs. */

/** The value below which that share of the values lies (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1]!;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** What `count` things cost each thousand of `total`. */
export function perThousand(count: number, total: number): number {
  return (count / total) * 1_000;
}
