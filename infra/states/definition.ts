/** A state of a definition in Amazon States Language, as far as its path and what it calls matter. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: Definition;
  readonly Branches?: readonly Definition[];
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** Every state by name, those inside of Maps and Parallels included. */
export function allStates({ States }: Definition): [name: string, state: State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[...(state.ItemProcessor ? [state.ItemProcessor] : []), ...(state.Branches ?? [])].flatMap(allStates),
  ]);
}

/** A state that an execution without trouble enters, and how often. */
export interface Step {
  readonly name: string;
  readonly state: State;
  readonly times: number;
}

/**
 * The states that an execution enters when nothing goes wrong, in order. At a Choice it goes to the Map that is one of the
 * ways when there are several items, else where `Default` leads, or to the first of the choices; a Map runs `mapItems`
 * times; a Parallel runs all its branches.
 */
export function happyPath(definition: Definition, mapItems: number, times = 1): Step[] {
  const steps: Step[] = [];
  const seen = new Set<string>();
  for (let name: string | undefined = definition.StartAt; name !== undefined && !seen.has(name);) {
    const state: State | undefined = definition.States[name];
    if (!state) throw new Error(`The definition has no state "${name}".`);
    seen.add(name);
    steps.push({ name, state, times });
    if (state.ItemProcessor) steps.push(...happyPath(state.ItemProcessor, mapItems, times * mapItems));
    for (const branch of state.Branches ?? []) steps.push(...happyPath(branch, mapItems, times));
    name = state.Next ?? wayFrom(state, definition, mapItems);
  }
  return steps;
}

function wayFrom(
  { Choices = [], Default }: State,
  { States }: Definition,
  mapItems: number,
): string | undefined {
  const ways = Choices.map(({ Next }) => Next);
  const map = ways.find((way) => States[way]?.Type === "Map");
  return (mapItems > 1 ? map : undefined) ?? Default ?? ways[0];
}

/** Transitions that AWS counts: each state that is entered, and the way to the end. */
export function transitions(steps: readonly Step[]): number {
  return steps.reduce((total, { times }) => total + times, 1);
}
