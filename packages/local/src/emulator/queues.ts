import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { ofType } from "../synth/graph.ts";
import type { Emulator } from "./emulator.ts";

const QUEUE = "aws:sqs/queue:Queue";

/** The queues of the app, for what AWS itself puts into them. */
export interface Queues {
  /** Adds a message to the queue with this ARN. Rejects when the app declares none. */
  send(queueArn: string, body: string): Promise<void>;
}

/**
 * SQS, as far as it keeps dead letters: each queue is a file, one line a message, for people and tests to read. Programs
 * cannot reach it, and functions that would take messages from one are refused with their event source mapping.
 */
export const queues: Emulator = {
  label: "queues",
  types: [QUEUE, "aws:sqs/queuePolicy:QueuePolicy"],
  async start(graph, machine) {
    const folder = machine.state.folder("queues");
    const files = new Map(
      ofType(graph, QUEUE).map(({ outputs }) => [
        outputs.arn as string,
        join(folder, `${outputs.name as string}.jsonl`),
      ]),
    );
    machine.services.provide("queues", {
      async send(queueArn, body) {
        const file = files.get(queueArn);
        if (!file) throw new Error(`The app declares no queue ${queueArn}.`);
        const line = JSON.stringify({ sentAt: new Date().toISOString(), body });
        await appendFile(file, `${line}\n`, { mode: 0o600 });
      },
    });
    return { stop: async () => undefined };
  },
};
