/** What SST 3.19.3's builder of state machines does not say, put into the definition that it writes. */

interface State {
  Type: string;
  Resource?: string;
  Timeout?: number;
  Arguments?: { Overrides?: Record<string, unknown>; [field: string]: unknown };
  ItemProcessor?: Scope;
  Branches?: Scope[];
  [field: string]: unknown;
}

interface Scope {
  States: Record<string, State>;
  [field: string]: unknown;
}

/** A video of many parts may wait for room for hours; a day is a sign that something is lost. */
const LONGEST_EXECUTION_SECONDS = 24 * 3600;

export function complete(definition: Scope): Scope {
  return { ...withStates(definition), TimeoutSeconds: LONGEST_EXECUTION_SECONDS };
}

function withStates(scope: Scope): Scope {
  const states = Object.entries(scope.States).map(([name, state]) => [name, completeState(state)]);
  return { ...scope, States: Object.fromEntries(states) as Record<string, State> };
}

function completeState(state: State): State {
  const { ItemProcessor, Branches, ...own } = state;
  return {
    ...sized(timed(own)),
    ...(ItemProcessor ? { ItemProcessor: withStates(ItemProcessor) } : {}),
    ...(Branches ? { Branches: Branches.map(withStates) } : {}),
  };
}

/** SST writes a task's timeout as `Timeout`, which is no field of the language: AWS refuses the definition. */
function timed({ Timeout, ...state }: State): State {
  return Timeout === undefined ? state : { ...state, TimeoutSeconds: Timeout };
}

/** The plan of a video says how large its tasks are; the task definition's own size is that of a task without a plan. */
function sized(state: State): State {
  if (!state.Resource?.includes(":ecs:runTask")) return state;
  const Overrides = {
    ...state.Arguments?.Overrides,
    Cpu: "{% $states.input.size.cpu %}",
    Memory: "{% $states.input.size.memory %}",
    EphemeralStorage: { SizeInGiB: "{% $states.input.size.diskGb %}" },
  };
  return { ...state, Arguments: { ...state.Arguments, Overrides } };
}
