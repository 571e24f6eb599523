import { z } from "zod";
import { AwsError, type Operation } from "../../../aws/service.ts";
import { machineArn } from "../arn.ts";
import { DefinitionError, diagnose, parseDefinition } from "../definition/definition.ts";
import type { Rules } from "../definition/rules.ts";
import type { Engine } from "../engine.ts";
import type { Machine } from "../store/machines.ts";
import {
  arn,
  checkArn,
  checkName,
  maxResults,
  nextToken,
  operation,
  optional,
  page,
  readToken,
  seconds,
} from "./operation.ts";

const type = optional(z.enum(["STANDARD", "EXPRESS"])).transform((value) => value ?? ("STANDARD" as const));
const definition = z.string().min(1).max(1_048_576);

export type RulesFor = (type: Machine["type"]) => Rules;

/** State machines: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html and its like. */
export function machineOperations(engine: Engine, rulesFor: RulesFor): Readonly<Record<string, Operation>> {
  const { machines } = engine.store;
  return {
    CreateStateMachine: operation(z.object({ name: z.string(), definition, roleArn: arn, type }), (input) =>
      create(engine, rulesFor, input),
    ),

    UpdateStateMachine: operation(
      z.object({ stateMachineArn: arn, definition: optional(definition), roleArn: optional(arn) }),
      ({ stateMachineArn, definition, roleArn }) => {
        const machine = find(engine, stateMachineArn);
        if (definition === undefined && roleArn === undefined) {
          throw new AwsError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
          );
        }
        const next = {
          ...machine,
          definition: definition ?? machine.definition,
          roleArn: roleArn ?? machine.roleArn,
        };
        check(next.definition, rulesFor(machine.type));
        const { updatedAt, revision } = machines.put(next, engine.clock.now());
        return { updateDate: seconds(updatedAt), revisionId: revision };
      },
    ),

    DescribeStateMachine: operation(z.object({ stateMachineArn: arn }), ({ stateMachineArn }) =>
      describe(find(engine, stateMachineArn)),
    ),

    // Executions that run go on: they have their definition with them.
    DeleteStateMachine: operation(z.object({ stateMachineArn: arn }), ({ stateMachineArn }) => {
      machines.remove(checkArn(stateMachineArn, "stateMachine"));
      return {};
    }),

    ListStateMachines: operation(z.object({ maxResults: maxResults(100), nextToken }), (input) => {
      const after = readToken(z.string(), input.nextToken) ?? "";
      const { rows, next } = page(
        machines.list(after, input.maxResults + 1),
        input.maxResults,
        ({ name }) => name,
      );
      return { stateMachines: rows.map(summary), ...next };
    }),

    ValidateStateMachineDefinition: operation(
      z.object({ definition, type, maxResults: maxResults(100) }),
      ({ definition, type, maxResults }) => {
        const found = diagnose(definition, rulesFor(type));
        return {
          result: found.length === 0 ? "OK" : "FAIL",
          diagnostics: found.slice(0, maxResults),
          truncated: found.length > maxResults,
        };
      },
    ),
  };
}

interface NewMachine {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type: Machine["type"];
}

/** The same machine again is answered with the one that is there; its role may differ, and is not changed. */
function create(engine: Engine, rulesFor: RulesFor, { name, definition, roleArn, type }: NewMachine): object {
  const arn = machineArn(engine, checkName(name));
  check(definition, rulesFor(type));
  const there = engine.store.machines.get(arn);
  if (there && (there.definition !== definition || there.type !== type)) {
    throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
  }
  const machine =
    there ?? engine.store.machines.put({ arn, name, definition, roleArn, type }, engine.clock.now());
  return { stateMachineArn: machine.arn, creationDate: seconds(machine.createdAt) };
}

function check(text: string, rules: Rules): void {
  try {
    parseDefinition(text, rules);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new AwsError("InvalidDefinition", error.message, { cause: error });
  }
}

/** The machine, also by the ARN of a version or alias of it, of which there are none here. */
export function find({ store }: Engine, arn: string): Machine {
  const machine = store.machines.get(checkArn(arn, "stateMachine"));
  if (machine) return machine;
  throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

const summary = ({ arn, name, type, createdAt }: Machine) => ({
  stateMachineArn: arn,
  name,
  type,
  creationDate: seconds(createdAt),
});

function describe(machine: Machine): object {
  const { definition, roleArn, revision } = machine;
  return {
    ...summary(machine),
    status: "ACTIVE",
    definition,
    roleArn,
    revisionId: revision,
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}
