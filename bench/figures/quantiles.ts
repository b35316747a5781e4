/** What is told of a set of samples; the unit is that of the samples. */
export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError without samples */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    least: quantile(sorted, 0),
    most: quantile(sorted, 1),
  };
}

export function median(samples: readonly number[]): number {
  return summarize(samples).p50;
}

/** Between two samples the value is interpolated. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined)
    throw new RangeError('expected at least one sample, got none');
  return below + (above - below) * (place - Math.floor(place));
}
