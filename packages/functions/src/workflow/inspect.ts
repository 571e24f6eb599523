import "../container/serve.ts";
import { overrideOf } from "@telecine/core/plan/task-size";
import { summaryOf } from "@telecine/core/plan/plan";
import { Settings } from "@telecine/core/settings/settings";
import { taskInputKey } from "@telecine/core/storage/keys";
import { head, putJson, type StoredObject } from "@telecine/core/storage/storage";
import type { TaskInput } from "@telecine/core/task/contract";
import { MAX_SOURCE_BYTES } from "@telecine/core/video/create";
import { noteInspection } from "@telecine/core/video/inspected";
import { enterPhase } from "@telecine/core/video/phase";
import { findRow } from "@telecine/core/video/video";
import { rejected, superseded } from "./error.ts";
import { firstLookOf, lookAt } from "./look.ts";
import { planFor } from "./plan.ts";
import { step, Ticket } from "./step.ts";

/** This module, as it runs: a bundle serves as the program of its own readers (container/serve.ts). */
const PROGRAM = new URL(import.meta.url);

/** Looks at a source from afar, refuses what is no video, decides how it is encoded, and writes the input of its tasks. */
export const handler = step(Ticket, async (ticket) => {
  if (!(await enterPhase({ ...ticket, phase: "inspecting" }))) throw superseded();
  const video = await findRow(ticket.videoId);
  if (!video) throw superseded();
  const settings = Settings.parse(video.settings);
  const source = { key: video.sourceKey, ...accept(await head(video.sourceKey)) };
  const look = await lookAt(source, PROGRAM);
  const { plan, ladder } = planFor(source, look, settings);
  await putJson(taskInputKey(ticket), { ...ticket, source, settings, plan, ladder } satisfies TaskInput);
  await noteInspection(ticket, firstLookOf(look), summaryOf(plan));
  if (!(await enterPhase({ ...ticket, phase: "starting" }))) throw superseded();
  // Small on purpose: what a task needs to know lies in the bucket.
  const parts = Math.max(1, plan.chunks.length);
  return { ...ticket, mode: plan.mode, parts, size: overrideOf(plan.task) };
});

function accept(source: StoredObject | null): StoredObject {
  if (!source) {
    throw rejected({
      code: "source_missing",
      message: "The source is not in the bucket. Upload the file again.",
    });
  }
  if (source.sizeBytes === 0) {
    throw rejected({
      code: "source_empty",
      message: "The file is empty. Upload it again, with its content.",
    });
  }
  if (source.sizeBytes > MAX_SOURCE_BYTES) {
    const limitGb = MAX_SOURCE_BYTES / 1e9;
    throw rejected({
      code: "source_too_large",
      message: `The file is larger than ${limitGb} GB. Upload a smaller one.`,
    });
  }
  return source;
}
