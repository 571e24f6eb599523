import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TaskError } from "../../src/emulator/states/integration.ts";
import { fn, type Lab, machine, openLab, Raised, service, single, types } from "./harness.ts";

let lab: Lab;
const bucket = new Map<string, string>();
beforeAll(async () => {
  lab = await openLab({
    functions: {
      failOdd: (input) => {
        if ((input as number) % 2 === 1) throw new Raised("Odd", String(input));
        return input;
      },
    },
    integrations: {
      "aws-sdk:s3:getObject": service((parameters) => {
        const { Key } = parameters as { Key: string };
        const Body = bucket.get(Key);
        if (Body === undefined) {
          throw new TaskError("S3.NoSuchKeyException", "The specified key does not exist.");
        }
        return { Body };
      }),
      "s3:listObjectsV2": service((parameters) => {
        const { ContinuationToken } = parameters as { ContinuationToken?: string };
        return ContinuationToken === undefined
          ? { Contents: [{ Key: "a", Size: 1 }], NextContinuationToken: "more" }
          : { Contents: [{ Key: "b", Size: 2 }] };
      }),
      "s3:putObject": service((parameters) => {
        const { Key, Body } = parameters as { Key: string; Body: string };
        bucket.set(Key, Body);
        return {};
      }),
    },
  });
});
beforeEach(() => {
  bucket.clear();
});
afterAll(() => lab.close());

const each = (processor: object, more: object = {}) => ({
  Type: "Map",
  ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...processor },
  ...more,
});
const pass = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
const failOdd = { StartAt: "T", States: { T: { Type: "Task", Resource: fn("failOdd"), End: true } } };
const reader = (ReaderConfig: object, action = "getObject") => ({
  ItemReader: {
    Resource: `arn:aws:states:::s3:${action}`,
    Arguments: { Bucket: "b", Key: "{% $states.input.key %}" },
    ReaderConfig,
  },
});

describe("the history", () => {
  test("tells of the run and not of its children", async () => {
    const { output, events } = await lab.run(single(each(pass, { Label: "Items" })), [1, 2]);
    expect(output).toEqual([1, 2]);
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapRunStarted",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 4, 7]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(events[3]?.mapRunStartedEventDetails?.mapRunArn).toMatch(
      /^arn:aws:states:us-east-1:111111111111:mapRun:machine-\d+\/Items:[0-9a-f-]{36}$/,
    );
  });

  test("of a child is its own: it is an execution with its own context and none of the outer variables", async () => {
    const States = {
      Start: { Type: "Pass", Assign: { outer: 1 }, Next: "Each" },
      Each: {
        ...each(
          {
            StartAt: "P",
            States: {
              P: {
                Type: "Pass",
                Output: "{% {'ctx': $states.context, 'sees': $exists($outer)} %}",
                End: true,
              },
            },
          },
          { Items: ["x"], Label: "L" },
        ),
        End: true,
      },
    };
    const { arn, output, events } = await lab.run(machine(States));
    const [child] = output as { ctx: { Execution: { Id: string; Input: unknown } }; sees: boolean }[];
    expect(child?.sees).toBe(false);
    expect(child?.ctx.Execution).toMatchObject({ Input: "x" });
    const mapRunArn = events.find(({ type }) => type === "MapRunStarted")?.mapRunStartedEventDetails
      ?.mapRunArn;
    const { executions = [] } = await lab.sfn.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions.map(({ executionArn, status }) => [executionArn, status])).toEqual([
      [child?.ctx.Execution.Id, "SUCCEEDED"],
    ]);
    expect(types(await lab.history(child?.ctx.Execution.Id ?? ""))).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    const described = await lab.sfn.send(
      new DescribeExecutionCommand({ executionArn: child?.ctx.Execution.Id }),
    );
    expect(described.mapRunArn).toBe(mapRunArn);
    const runs = await lab.sfn.send(new ListMapRunsCommand({ executionArn: arn }));
    expect(runs.mapRuns?.map((run) => run.mapRunArn)).toEqual([mapRunArn]);
  });
});

describe("failures", () => {
  const cause = "The specified tolerated failure threshold was exceeded";

  test("are not tolerated unless the state says so", async () => {
    const { execution, events } = await lab.run(single(each(failOdd)), [0, 1]);
    expect(execution).toMatchObject({ error: "States.ExceedToleratedFailureThreshold", cause });
    expect(types(events).slice(-3)).toEqual(["MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
    expect(events.at(-3)?.mapRunFailedEventDetails).toEqual({
      error: "States.ExceedToleratedFailureThreshold",
      cause,
    });
  });

  test("up to a count leave a gap in the results", async () => {
    expect(
      (await lab.run(single(each(failOdd, { ToleratedFailureCount: 2 })), [0, 1, 2, 3, 4])).output,
    ).toEqual([0, 2, 4]);
    expect(
      (await lab.run(single(each(failOdd, { ToleratedFailureCount: 1 })), [0, 1, 2, 3, 4])).execution.error,
    ).toBe("States.ExceedToleratedFailureThreshold");
  });

  test("up to a percentage too, and the run counts them", async () => {
    const { output, events } = await lab.run(
      single(each(failOdd, { ToleratedFailurePercentage: "{% 50 %}" })),
      [0, 1, 2, 3],
    );
    expect(output).toEqual([0, 2]);
    const mapRunArn = events.find(({ type }) => type === "MapRunStarted")?.mapRunStartedEventDetails
      ?.mapRunArn;
    const run = await lab.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run).toMatchObject({
      status: "SUCCEEDED",
      toleratedFailurePercentage: 50,
      itemCounts: { total: 4, succeeded: 2, failed: 2, pending: 0 },
    });
    expect(
      (await lab.run(single(each(failOdd, { ToleratedFailurePercentage: 40 })), [0, 1, 2, 3])).execution
        .status,
    ).toBe("FAILED");
  });

  test("can be retried and caught like any", async () => {
    const States = {
      Each: {
        ...each(failOdd),
        Catch: [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", End: true },
    };
    expect((await lab.run(machine(States), [1])).output).toEqual({
      Error: "States.ExceedToleratedFailureThreshold",
      Cause: cause,
    });
  });
});

describe("items from S3", () => {
  const read = async (body: string, config: object, more: object = {}) => {
    bucket.set("k", body);
    return lab.run(single(each(pass, { ...reader(config), ...more })), { key: "k" });
  };

  test("JSON, with a maximum that may be computed", async () => {
    const { output, events } = await read("[1,2,3]", { InputType: "JSON", MaxItems: "{% $max := 2 %}" });
    expect(output).toEqual([1, 2]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 0 });
  });

  test("JSON inside an object, found by a pointer", async () => {
    expect(
      (await read('{"a/b":{"list":[7]}}', { InputType: "JSON", ItemsPointer: "/a~1b/list" })).output,
    ).toEqual([7]);
  });

  test("lines of JSON", async () => {
    expect((await read('{"a":1}\n\n[2]\n', { InputType: "JSONL" })).output).toEqual([{ a: 1 }, [2]]);
  });

  test("CSV with the first row as headers: quoted commas stay, short rows are filled, long ones cut", async () => {
    const { output } = await read('id,name\n1,"a, b"\n2\n3,c,extra\n', {
      InputType: "CSV",
      CSVHeaderLocation: "FIRST_ROW",
    });
    expect(output).toEqual([
      { id: "1", name: "a, b" },
      { id: "2", name: "" },
      { id: "3", name: "c" },
    ]);
  });

  test("CSV with headers of the definition's own, and another delimiter", async () => {
    const config = {
      InputType: "CSV",
      CSVHeaderLocation: "GIVEN",
      CSVHeaders: ["x", "y"],
      CSVDelimiter: "SEMICOLON",
    };
    expect((await read("1;2\n", config)).output).toEqual([{ x: "1", y: "2" }]);
  });

  test("a listing, to its last page", async () => {
    const { output } = await lab.run(single(each(pass, reader({}, "listObjectsV2"))), { key: "k" });
    expect(output).toEqual([
      { Key: "a", Size: 1 },
      { Key: "b", Size: 2 },
    ]);
  });

  test.each([
    ["5", { InputType: "JSON" }, "Attempting to map over non-iterable node."],
    [
      "a,a\n1,2",
      { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
      "CSV headers cannot contain duplicates.",
    ],
    ["{", { InputType: "JSON" }, "no JSON"],
  ])("that are wrong fail the run: %s", async (body, config, cause) => {
    const { execution, events } = await read(body, config);
    expect(execution.error).toBe("States.ItemReaderFailed");
    expect(execution.cause).toContain(cause);
    expect(types(events).slice(2)).toEqual([
      "MapStateStarted",
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });

  test("that are not there fail the run with S3's words", async () => {
    const { execution } = await lab.run(single(each(pass, reader({}))), { key: "none" });
    expect(execution).toMatchObject({
      error: "States.ItemReaderFailed",
      cause: "The specified key does not exist.",
    });
  });

  test("go through ItemSelector and into batches", async () => {
    const { output } = await read(
      "[1,2,3]",
      {},
      {
        ItemSelector: { n: "{% $states.context.Map.Item.Value * 10 %}" },
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { from: "{% $states.input.key %}" } },
      },
    );
    expect(output).toEqual([
      { BatchInput: { from: "k" }, Items: [{ n: 10 }, { n: 20 }] },
      { BatchInput: { from: "k" }, Items: [{ n: 30 }] },
    ]);
  });
});

test("results can be written to S3, with a manifest that names the files", async () => {
  const writer = {
    ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Arguments: { Bucket: "b", Prefix: "out/" } },
  };
  const { output } = await lab.run(single(each(failOdd, { ...writer, ToleratedFailureCount: 1 })), [0, 1, 2]);
  const { ResultWriterDetails, MapRunArn } = output as {
    ResultWriterDetails: { Bucket: string; Key: string };
    MapRunArn: string;
  };
  expect(ResultWriterDetails).toEqual({
    Bucket: "b",
    Key: `out/${MapRunArn.split(":").at(-1) ?? ""}/manifest.json`,
  });
  const { ResultFiles } = JSON.parse(bucket.get(ResultWriterDetails.Key) ?? "") as {
    ResultFiles: Record<string, { Key: string }[]>;
  };
  const outputs = JSON.parse(bucket.get(ResultFiles.SUCCEEDED?.[0]?.Key ?? "") ?? "") as {
    Output: string;
    Input: string;
  }[];
  expect(outputs.map(({ Output }) => Output)).toEqual(["0", "2"]);
  const failures = JSON.parse(bucket.get(ResultFiles.FAILED?.[0]?.Key ?? "") ?? "") as {
    Error: string;
    Input: string;
  }[];
  expect(failures).toMatchObject([{ Error: "Odd", Input: "1" }]);
  expect(ResultFiles.PENDING).toEqual([]);
});
