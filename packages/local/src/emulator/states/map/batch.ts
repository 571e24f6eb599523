import type { ItemBatcher } from "../definition/types.ts";
import type { Json } from "../json.ts";
import { type Bindings, evaluateField, evaluateTemplate } from "../query/template.ts";

/** AWS's limit for the input of a child execution. */
const MAX_BYTES = 262_144;

/** Groups items into inputs of child executions: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
export async function batch(
  items: readonly Json[],
  batcher: ItemBatcher,
  bindings: Bindings,
): Promise<Json[]> {
  const { MaxItemsPerBatch, MaxInputBytesPerBatch, BatchInput } = batcher;
  const field = (name: string) => `ItemBatcher/${name}`;
  const count =
    MaxItemsPerBatch === undefined
      ? Infinity
      : await evaluateField("number", MaxItemsPerBatch, field("MaxItemsPerBatch"), bindings);
  const bytes =
    MaxInputBytesPerBatch === undefined
      ? MAX_BYTES
      : await evaluateField("number", MaxInputBytesPerBatch, field("MaxInputBytesPerBatch"), bindings);
  const common =
    BatchInput === undefined
      ? {}
      : { BatchInput: await evaluateTemplate(BatchInput, field("BatchInput"), bindings) };
  const overhead = Buffer.byteLength(JSON.stringify({ ...common, Items: [] }));
  return group(items, count, bytes - overhead).map((Items) => ({ ...common, Items }));
}

/** An item that is too large alone still gets a batch of its own. */
function group(items: readonly Json[], maxCount: number, maxBytes: number): Json[][] {
  const groups: Json[][] = [];
  let room = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = groups.at(-1);
    if (last && last.length < maxCount && size <= room) {
      last.push(item);
      room -= size;
    } else {
      groups.push([item]);
      room = maxBytes - size;
    }
  }
  return groups;
}
