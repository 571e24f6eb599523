import type { ChoiceState } from "../definition/types.ts";
import { ExecutionFailure } from "../error.ts";
import { evaluateField } from "../query/template.ts";
import { bind, type Exit, explain, leave, type Visit } from "../visit.ts";

/**
 * The first rule that holds decides, with its own Output and Assign; the state's belong to the Default.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export async function runChoice(state: ChoiceState, visit: Visit): Promise<Exit> {
  const bindings = bind(visit);
  for (const [index, rule] of state.Choices.entries()) {
    const prefix = `Choices[${index}]/`;
    if (!(await evaluateField("boolean", rule.Condition, `${prefix}Condition`, bindings))) continue;
    return { ...(await leave(rule, bindings, visit.input, prefix)), next: rule.Next };
  }
  if (state.Default === undefined) {
    // AWS says so in these words, as States.Runtime, which nothing catches.
    throw new ExecutionFailure(
      explain(visit, "Failed to transition out of the state. The state does not point to a next state."),
    );
  }
  return { ...(await leave(state, bindings, visit.input)), next: state.Default };
}
