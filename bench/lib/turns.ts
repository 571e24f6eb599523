/**
 * Measures several things in turns, A B C and then C B A: a machine that grows busier meanwhile does so to all of them.
 * Gives for each name its measurements in the order of the turns.
 */
export async function inTurns<Name extends string, Measured>(
  names: readonly Name[],
  turns: number,
  measure: (name: Name, turn: number) => Promise<Measured>,
): Promise<Record<Name, Measured[]>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Measured[]])) as Record<
    Name,
    Measured[]
  >;
  for (let turn = 0; turn < turns; turn++) {
    const order = turn % 2 === 0 ? names : names.toReversed();
    for (const name of order) results[name].push(await measure(name, turn));
  }
  return results;
}
