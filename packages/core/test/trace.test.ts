import "./support/services.ts";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, test, vi } from "vitest";
import { start } from "../src/workflow/workflow.ts";
import { waitingVideo } from "./support/video.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The inputs of the executions that are started. */
function inputs(): unknown[] {
  const seen: unknown[] = [];
  const send = vi.spyOn(SFNClient.prototype as { send: (command: unknown) => Promise<object> }, "send");
  send.mockImplementation(async (command) => {
    seen.push(JSON.parse((command as { input: { input: string } }).input.input));
    return { executionArn: "arn" };
  });
  return seen;
}

test("an execution's input carries the trace of the invocation that starts it, for the task", async () => {
  const seen = inputs();
  const videoId = await waitingVideo();
  vi.stubEnv(
    "_X_AMZN_TRACE_ID",
    "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1",
  );
  await start({ videoId, attempt: 1 });
  vi.unstubAllEnvs();
  await start({ videoId, attempt: 2 });
  expect(seen).toEqual([
    {
      ...{ videoId, attempt: 1 },
      trace: "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1",
    },
    { videoId, attempt: 2 },
  ]);
});
