import { machineOf } from "@telecine/core/plan/machine";
import type { TaskSize } from "@telecine/core/plan/task-size";
import { Settings } from "@telecine/core/settings/settings";
import { taskInputKey } from "@telecine/core/storage/keys";
import { head, putJson, readStart, type StoredObject } from "@telecine/core/storage/storage";
import type { TaskInput } from "@telecine/core/task/contract";
import { MAX_SOURCE_BYTES } from "@telecine/core/video/create";
import { enterPhase } from "@telecine/core/video/phase";
import { findRow } from "@telecine/core/video/video";
import { rejected, StepError, superseded } from "./error.ts";
import { SNIFF_BYTES, sniffForeign } from "./sniff.ts";
import { step, Ticket } from "./step.ts";

/** Looks at a source from afar, refuses what is no video, and writes the input of the task. */
export const handler = step(Ticket, async (ticket) => {
  if (!(await enterPhase({ ...ticket, phase: "inspecting" }))) throw superseded();
  const video = await findRow(ticket.videoId);
  if (!video) throw superseded();
  const { sourceKey, settings } = video;
  const source = accept(await head(sourceKey));
  await refuseForeign(sourceKey, source);
  await putJson(taskInputKey(ticket), {
    ...ticket,
    source: { key: sourceKey, ...source },
    settings: Settings.parse(settings),
  } satisfies TaskInput);
  if (!(await enterPhase({ ...ticket, phase: "starting" }))) throw superseded();
  // Small on purpose: what a task needs to know lies in the bucket.
  return { ...ticket, mode: "single" as const, parts: 1, size: sizeOf(standardTask()) };
});

/** A task's size as RunTask wants it: CPU units, MiB and GiB. */
function sizeOf({ vcpu, memoryGb, diskGb }: TaskSize) {
  return { cpu: String(vcpu * 1024), memory: String(memoryGb * 1024), diskGb };
}

function standardTask(): TaskSize {
  const { standardVcpu: vcpu } = machineOf(process.env);
  return { vcpu, memoryGb: vcpu * 2, diskGb: 100 };
}

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

async function refuseForeign(key: string, { etag }: StoredObject): Promise<void> {
  const start = await readStart(key, SNIFF_BYTES, etag);
  if (!start) throw new StepError("Unavailable", "The source was replaced while it was looked at.");
  const foreign = await sniffForeign(start);
  if (foreign === null) return;
  throw rejected({
    code: "source_not_video",
    message: `This is ${foreign}, not a video. Upload a video file.`,
  });
}
