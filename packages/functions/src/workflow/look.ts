import { REASONS } from "@telecine/core/error";
import { readRange } from "@telecine/core/storage/storage";
import type { TaskInput } from "@telecine/core/task/contract";
import { log } from "@telecine/core/util/log";
import type { FirstLook } from "@telecine/core/video/inspected";
import type { ContainerFacts } from "../container/facts.ts";
import { createRanges, type Ranges } from "../container/ranges.ts";
import { readContainer } from "../container/read.ts";
import { rejected, StepError } from "./error.ts";
import { SNIFF_BYTES, sniffForeign } from "./sniff.ts";

/** The index of four hours at 60 frames a second is about 20 MB. */
const LIMITS = { maxBytes: 80 * 1024 * 1024, maxRequests: 64 };
/** A second is usual, two for hours of video. Beyond, the task looks for itself. */
const TIMEOUT_MS = 15_000;
const MEMORY_MB = 768;

/**
 * What the headers of a source say, read by ranges of its bytes; null where they are not read here, which says nothing against
 * the source. Throws VideoRejected where it can never become a video.
 */
export async function lookAt(source: TaskInput["source"], program: URL): Promise<ContainerFacts | null> {
  const ranges = createRanges(
    source.sizeBytes,
    async (start, end) => {
      const bytes = await readRange(source.key, start, end, source.etag);
      if (!bytes) throw new StepError("Unavailable", "The source was replaced while it was looked at.");
      return bytes;
    },
    LIMITS,
  );
  await refuseForeign(ranges);
  const onTrouble = (error: Error) => {
    log.warn({ err: error }, "The headers of the source were not read");
  };
  const facts = await readContainer(ranges, {
    program,
    timeoutMs: TIMEOUT_MS,
    memoryMb: MEMORY_MB,
    onTrouble,
  });
  if (facts?.refusal) throw rejected({ code: facts.refusal, message: REASONS[facts.refusal] });
  return facts;
}

async function refuseForeign(ranges: Ranges): Promise<void> {
  const foreign = await sniffForeign(await ranges.read(0, Math.min(SNIFF_BYTES, ranges.sizeBytes)));
  if (foreign === null) return;
  throw rejected({
    code: "source_not_video",
    message: `This is ${foreign}, not a video. Upload a video file.`,
  });
}

/** What is shown of a source until a task has looked closer: only what the headers told. */
export function firstLookOf(facts: ContainerFacts | null): FirstLook {
  if (!facts) return {};
  const { durationSeconds, picture, film, soundCodecs } = facts;
  const [audioCodec] = soundCodecs;
  return {
    ...(durationSeconds === null ? {} : { durationSeconds }),
    ...(picture ? { width: picture.width, height: picture.height } : {}),
    ...(picture?.codec ? { videoCodec: picture.codec } : {}),
    ...(film ? { frameRate: film.frameRate } : {}),
    ...(audioCodec ? { audioCodec } : {}),
  };
}
