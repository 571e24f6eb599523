/** The middle of the values: of two in the middle, their mean. Throws without any. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("There is no median of nothing.");
  return (low + high) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The middle of some values, and how far they lie apart. */
export interface Middle {
  readonly value: number;
  readonly range: readonly [low: number, high: number];
}

export function middle(values: readonly number[]): Middle {
  return { value: median(values), range: [Math.min(...values), Math.max(...values)] };
}

/**
 * How two things compare that were measured in turns: the middle of the ratios of each turn. What a busy machine does to
 * both of a pair cancels out, which it does not in a ratio of two medians. Throws unless there is one of each for a turn.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Middle {
  if (ours.length !== theirs.length)
    throw new Error(`Measured in turns, yet ${ours.length} times and ${theirs.length} times.`);
  return middle(ours.map((value, turn) => value / (theirs[turn] ?? NaN)));
}
