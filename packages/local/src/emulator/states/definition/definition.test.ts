import { describe, expect, test } from "vitest";
import { diagnose, parseDefinition } from "./definition.ts";

const rules = {
  type: "STANDARD" as const,
  integrations: {
    "ecs:runTask": { sync: true },
    "sns:publish": { sync: false },
    "s3:getObject": { sync: false },
  },
};
const problems = (definition: unknown, type: "STANDARD" | "EXPRESS" = "STANDARD") =>
  diagnose(JSON.stringify(definition), { ...rules, type }).map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? "null"}`,
  );
const machine = (States: object, more: object = {}) => ({
  QueryLanguage: "JSONata",
  StartAt: "A",
  States,
  ...more,
});
const pass = { Type: "Pass", End: true };
const schema = (text: string) => [`SCHEMA_VALIDATION_FAILED: ${text}`];

describe("the whole machine", () => {
  test("a good one has no problems, and is read", () => {
    expect(problems(machine({ A: pass }))).toEqual([]);
    expect(parseDefinition(JSON.stringify(machine({ A: pass })), rules).StartAt).toBe("A");
  });

  test("text that is no JSON is refused as such", () => {
    expect(diagnose("{", rules)).toMatchObject([{ code: "INVALID_JSON_DESCRIPTION" }]);
  });

  test("what is missing is listed", () => {
    expect(problems({})).toEqual(schema("These fields are required: [States, StartAt] at /"));
    expect(problems({ StartAt: "A" })).toEqual(schema("These fields are required: [States] at /"));
    expect(problems({ States: { A: pass } })).toContain(
      schema("These fields are required: [StartAt] at /")[0],
    );
  });

  test("unknown fields are named", () => {
    expect(problems(machine({ A: pass }, { Timeout: 3 }))).toEqual(
      schema("Field 'Timeout' is not supported at /"),
    );
    expect(problems(machine({ A: { ...pass, Timeout: 3 } }))).toEqual(
      schema("Field 'Timeout' is not supported at /States/A"),
    );
    expect(problems(machine({ A: { ...pass, Retry: [] } }))).toEqual(
      schema("Field 'Retry' is not supported at /States/A"),
    );
  });

  test("the error of a bad definition lists everything in AWS's form", () => {
    expect(() => parseDefinition(JSON.stringify(machine({ A: { Type: "Pass", Next: "B" } })), rules)).toThrow(
      "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });
});

describe("query languages", () => {
  test("JSONPath within a JSONata machine is refused", () => {
    expect(problems(machine({ A: { ...pass, QueryLanguage: "JSONPath" } }))).toEqual(
      schema(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
      ),
    );
  });

  test("a JSONPath state is refused by its name and field", () => {
    const [only] = problems({ StartAt: "A", States: { A: { ...pass, Parameters: {}, Comment: "x" } } });
    expect(only).toContain("The state 'A' is written in JSONPath (field 'Parameters')");
    expect(only).toContain("/States/A");
  });

  test("a state without data is the same in both languages", () => {
    expect(
      problems({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } } }),
    ).toEqual([]);
  });

  test("fields of the other language are named in AWS's words", () => {
    expect(problems(machine({ A: { ...pass, ResultPath: "$.a" } }))).toEqual(
      schema(
        "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
      ),
    );
    expect(problems({ StartAt: "A", States: { A: { ...pass, Output: 1 } } })).toEqual(
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/A",
      ),
    );
  });

  test("states inside a Map inherit from the machine, not from the Map", () => {
    const inner = (language: object) => ({
      StartAt: "A",
      States: {
        A: {
          Type: "Map",
          QueryLanguage: "JSONata",
          End: true,
          ItemProcessor: { StartAt: "B", States: { B: { ...pass, Output: 1, ...language } } },
        },
      },
    });
    expect(problems(inner({ QueryLanguage: "JSONata" }))).toEqual([]);
    expect(problems(inner({}))[0]).toContain("/States/A/ItemProcessor/States/B");
  });
});

describe("states", () => {
  test("the type is one of eight", () => {
    expect(problems(machine({ A: { Type: "Loop" } }))).toEqual(
      schema(
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/A/Type",
      ),
    );
  });

  test("a state goes on or ends, and not both", () => {
    expect(problems(machine({ A: { Type: "Pass" } }))).toEqual(
      schema("This object should have only one of the following fields: [Next, End] at /States/A"),
    );
    expect(problems(machine({ A: { ...pass, Next: "A" } }))).toEqual(
      schema("There should only be one of the following fields: [Next, End] at /States/A"),
    );
  });

  test("a Wait waits for one thing", () => {
    const listed = "[SecondsPath, Seconds, TimestampPath, Timestamp] at /States/A";
    expect(problems(machine({ A: { Type: "Wait", End: true } }))).toEqual(
      schema(`This object should have only one of the following fields: ${listed}`),
    );
    expect(
      problems(machine({ A: { Type: "Wait", Seconds: 1, Timestamp: "2030-01-01T00:00:00Z", End: true } })),
    ).toEqual(schema(`There should only be one of the following fields: ${listed}`));
    expect(problems(machine({ A: { Type: "Wait", Timestamp: "soon", End: true } }))).toEqual(
      schema("String does not match RFC3339 timestamp at /States/A/Timestamp"),
    );
    expect(problems(machine({ A: { Type: "Wait", Seconds: -1, End: true } }))).toEqual(
      schema("Minimum value is 0 at /States/A/Seconds"),
    );
    expect(problems(machine({ A: { Type: "Wait", Seconds: "5", End: true } }))).toEqual(
      schema("Expected value of type Integer at /States/A/Seconds"),
    );
    expect(problems(machine({ A: { Type: "Wait", Seconds: "{% 5 %}", End: true } }))).toEqual([]);
  });

  test("branches and choices are not empty", () => {
    expect(problems(machine({ A: { Type: "Parallel", Branches: [], End: true } }))).toEqual(
      schema("Value cannot be empty at /States/A/Branches"),
    );
    expect(problems(machine({ A: { Type: "Choice", Choices: [], Default: "B" }, B: pass }))).toEqual(
      schema("Value cannot be empty at /States/A/Choices"),
    );
  });

  test("States.ALL stands alone and last", () => {
    const task = (ErrorEquals: string[][]) =>
      machine({
        A: {
          Type: "Task",
          Resource: "arn:aws:lambda:us-east-1:111111111111:function:f",
          End: true,
          Retry: ErrorEquals.map((names) => ({ ErrorEquals: names })),
        },
      });
    const expected = (index: number) =>
      schema(`States.ALL must appear alone and at end of list at /States/A/Retry[${index}]/ErrorEquals`);
    expect(problems(task([["States.ALL"], ["X"]]))).toEqual(expected(0));
    expect(problems(task([["X"], ["States.ALL", "Y"]]))).toEqual(expected(1));
    expect(problems(task([["X"], ["States.ALL"]]))).toEqual([]);
  });

  test("names are unique in the whole machine", () => {
    const States = {
      A: { Type: "Parallel", Branches: [{ StartAt: "B", States: { B: pass } }], Next: "B" },
      B: pass,
    };
    expect(problems(machine(States))).toEqual(["DUPLICATE_STATE_NAME: Duplicate State name: B at /States/B"]);
  });

  test("retriers keep to their ranges", () => {
    const Retry = [
      {
        ErrorEquals: ["X"],
        BackoffRate: 0.5,
        JitterStrategy: "SOME",
        MaxDelaySeconds: 0,
        IntervalSeconds: 0,
      },
    ];
    expect(
      problems(
        machine({
          A: { Type: "Map", ItemProcessor: { StartAt: "B", States: { B: pass } }, End: true, Retry },
        }),
      ),
    ).toEqual([
      "SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /States/A/Retry[0]/BackoffRate",
      "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [NONE, FULL] at /States/A/Retry[0]/JitterStrategy",
      "SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /States/A/Retry[0]/MaxDelaySeconds",
    ]);
  });

  test("Credentials need a role", () => {
    const A = {
      Type: "Task",
      Resource: "arn:aws:lambda:us-east-1:111111111111:function:f",
      Credentials: {},
      End: true,
    };
    expect(problems(machine({ A }))).toEqual(
      schema("The field 'RoleArn' is required but was missing at /States/A/Credentials"),
    );
  });

  test("the variable $states cannot be assigned", () => {
    expect(problems(machine({ A: { ...pass, Assign: { states: 1 } } }))[0]).toContain("/States/A/Assign");
  });
});

describe("resources", () => {
  const task = (Resource: string, more: object = { Arguments: {} }) =>
    machine({ A: { Type: "Task", Resource, End: true, ...more } });

  test("functions and registered integrations are known", () => {
    expect(problems(task("arn:aws:lambda:us-east-1:111111111111:function:f:live"))).toEqual([]);
    expect(problems(task("arn:aws:states:::ecs:runTask.sync"))).toEqual([]);
    expect(problems(task("arn:aws:states:::sns:publish.waitForTaskToken"))).toEqual([]);
  });

  test.each([
    "arn:aws:states:::sqs:sendMessage",
    "arn:aws:states:::sns:publish.sync",
    "arn:aws:states:us-east-1:111111111111:activity:a",
  ])("%s is refused by name", (arn) => {
    const [only] = problems(task(arn));
    expect(only).toContain(`The resource provided ${arn} is not recognized.`);
    expect(only).toContain("ecs:runTask.sync");
    expect(only).toMatch(/at \/States\/A\/Resource$/);
  });

  test("what is no ARN is refused", () => {
    expect(problems(task("publish"))).toEqual(
      schema("Value is not a valid resource ARN at /States/A/Resource"),
    );
  });

  test("a service needs Arguments, a function does not", () => {
    expect(problems(task("arn:aws:states:::sns:publish", {}))).toEqual(
      schema("Arguments field is required for resource ARN: arn:aws:states:::sns:publish at /States/A"),
    );
    expect(problems(task("arn:aws:lambda:us-east-1:111111111111:function:f", {}))).toEqual([]);
  });

  test("an EXPRESS machine waits for nothing", () => {
    expect(problems(task("arn:aws:states:::ecs:runTask.sync"), "EXPRESS")[0]).toBe(
      "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration  at /States/A/Resource",
    );
    expect(problems(task("arn:aws:states:::sns:publish.waitForTaskToken"), "EXPRESS")[0]).toContain(
      "'.waitForTaskToken' service integration ",
    );
    expect(problems(task("arn:aws:states:::sns:publish"), "EXPRESS")).toEqual([]);
  });
});

describe("expressions", () => {
  const output = (Output: unknown) => problems(machine({ A: { ...pass, Output } }));

  test("must parse", () => {
    expect(output({ a: ["{% 1 + %}"] })).toEqual([
      "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output/a[0]",
    ]);
  });

  test("must end what they begin", () => {
    expect(output("{% 1")).toEqual(
      schema("JSONata string must start with {% and end with %} at /States/A/Output"),
    );
  });

  test.each([
    "phone",
    "phone.number",
    "1 + phone",
    "{'a': phone}",
    "[phone]",
    "$sum(phone)",
    "$x ? phone : 1",
  ])("must not read from nowhere: %s", (source) => {
    expect(output(`{% ${source} %}`)).toEqual([
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/A/Output",
    ]);
  });

  test.each([
    "$x.phone",
    "$x[phone = 1]",
    "$x.(phone & 'a')",
    "$x{phone: number}",
    "$map($x, function($v) { $v.phone })",
    "$x^(phone)",
    "$x ~> |$|{'a': phone}|",
  ])("may read from what they stand in: %s", (source) => {
    expect(output(`{% ${source} %}`)).toEqual([]);
  });
});

describe("transitions", () => {
  test("all four kinds of them need a target", () => {
    const flow = machine({
      A: { Type: "Choice", Choices: [{ Condition: true, Next: "W" }], Default: "X" },
      B: {
        Type: "Parallel",
        Branches: [{ StartAt: "C", States: { C: pass } }],
        Catch: [{ ErrorEquals: ["E"], Next: "Y" }],
        Next: "Z",
      },
    });
    const targets = [
      "W at /States/A/Choices[0]/Next",
      "X at /States/A/Default",
      "Z at /States/B/Next",
      "Y at /States/B/Catch[0]/Next",
    ];
    for (const target of targets) {
      expect(problems(flow)).toContain(`MISSING_TRANSITION_TARGET: Missing 'Next' target: ${target}`);
    }
  });

  test("every state is reached, inside branches too", () => {
    expect(
      problems(
        machine({
          A: { Type: "Parallel", Branches: [{ StartAt: "B", States: { B: pass, C: pass } }], End: true },
        }),
      ),
    ).toEqual([`MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/A/Branches[0]/States/C`]);
  });

  test("some state ends the flow", () => {
    expect(problems(machine({ A: { Type: "Pass", Next: "A" } }))).toEqual([
      "MISSING_END_STATE: Workflow has no terminal state at null",
    ]);
  });
});

describe("distributed Maps", () => {
  const map = (more: object, config: object = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }) =>
    machine({
      A: {
        Type: "Map",
        ItemProcessor: { ProcessorConfig: config, StartAt: "B", States: { B: pass } },
        End: true,
        ...more,
      },
    });

  test("need an execution type, inline ones have none", () => {
    const at = "/States/A/ItemProcessor/ProcessorConfig";
    expect(problems(map({}, { Mode: "DISTRIBUTED" }))).toEqual(
      schema(`These fields are required: [ExecutionType] at ${at}`),
    );
    expect(problems(map({}, { Mode: "INLINE", ExecutionType: "STANDARD" }))).toEqual(
      schema(`Field 'ExecutionType' is not supported at ${at}`),
    );
  });

  test("alone have readers and batches", () => {
    const reader = {
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Arguments: {},
        ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
      },
    };
    expect(problems(map({ ...reader, ItemBatcher: { MaxItemsPerBatch: 2 } }))).toEqual([]);
    expect(problems(map(reader, { Mode: "INLINE" }))).toEqual(
      schema("Field 'ItemReader' is not supported at /States/A"),
    );
  });

  test("read formats that are known, with what these need", () => {
    const reader = (ReaderConfig: object, Resource = "arn:aws:states:::s3:getObject") =>
      problems(map({ ItemReader: { Resource, Arguments: {}, ReaderConfig } }));
    expect(reader({ InputType: "PARQUET" })).toEqual(
      schema(
        "Value should be one of the following: [CSV, JSON, JSONL] at /States/A/ItemReader/ReaderConfig/InputType",
      ),
    );
    expect(reader({ InputType: "CSV" })).toEqual(
      schema("The field 'CSVHeaderLocation' is required at /States/A/ItemReader/ReaderConfig"),
    );
    expect(reader({ InputType: "CSV", CSVHeaderLocation: "GIVEN" })).toEqual(
      schema("These fields are required: [CSVHeaders] at /States/A/ItemReader/ReaderConfig"),
    );
    expect(reader({}, "arn:aws:states:::s3:headObject")).toEqual(
      schema(
        "The field 'Resource' does not match any of the allowed values at /States/A/ItemReader/Resource",
      ),
    );
  });
});
