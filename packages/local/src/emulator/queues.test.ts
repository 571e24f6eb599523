import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Graph } from "../synth/graph.ts";
import type { Machine } from "./emulator.ts";
import { type Queues, queues } from "./queues.ts";

const folder = mkdtempSync(join(tmpdir(), "queues-"));
const ARN = "arn:aws:sqs:eu-west-1:123456789012:dead";
const graph = {
  resources: [{ type: "aws:sqs/queue:Queue", outputs: { arn: ARN, name: "dead" } }],
} as unknown as Graph;

async function started(): Promise<Queues> {
  let provided: Queues | undefined;
  const provide = (_name: string, service: Queues) => (provided = service);
  await queues.start(graph, { state: { folder: () => folder }, services: { provide } } as unknown as Machine);
  if (!provided) throw new Error("No queues were provided.");
  return provided;
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("a queue keeps what is sent to it, in order and through a restart", async () => {
  await (await started()).send(ARN, "first\nline");
  await (await started()).send(ARN, "second");
  const lines = readFileSync(join(folder, "dead.jsonl"), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { body: string }).body)).toEqual(["first\nline", "second"]);
});

it("a queue that the app does not declare is an error that names it", async () => {
  await expect((await started()).send("arn:aws:sqs:eu-west-1:123456789012:other", "x")).rejects.toThrow(
    /no queue arn:aws:sqs:eu-west-1:123456789012:other/,
  );
});
