import { once } from "node:events";
import { type MessagePort, parentPort } from "node:worker_threads";
import { readFacts } from "./describe.ts";
import type { FromReader, ToReader } from "./protocol.ts";
import { type Ranges, TooMuchRead } from "./ranges.ts";

/** Reads one container, by asking for its bytes, and says what it is. */
export async function serve(): Promise<void> {
  if (!parentPort) throw new Error("A reader is a thread of another program.");
  const [message] = (await once(parentPort, "message")) as [ToReader];
  if (message.kind !== "open") throw new Error("A reader is told first what it reads.");
  const facts = await readFacts(remoteRanges(parentPort, message.sizeBytes));
  say(parentPort, { kind: "done", facts });
}

function remoteRanges(port: MessagePort, sizeBytes: number): Ranges {
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  let count = 0;
  port.on("message", (message: ToReader) => {
    if (message.kind === "open") return;
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === "bytes") asked?.resolve(message.bytes);
    else asked?.reject(new TooMuchRead("The reader may read no more."));
  });
  return {
    sizeBytes,
    read: (start, end) => {
      const id = (count += 1);
      const asked = Promise.withResolvers<Uint8Array>();
      waiting.set(id, asked);
      say(port, { kind: "read", id, start, end });
      return asked.promise;
    },
  };
}

function say(port: MessagePort, message: FromReader): void {
  port.postMessage(message);
}
