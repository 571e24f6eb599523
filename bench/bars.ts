import type { Bar } from "./bar.ts";
import { apiRead } from "./bars/api-read.ts";
import { cappedCrf } from "./bars/capped-crf.ts";
import { chunked } from "./bars/chunked.ts";
import { list } from "./bars/list.ts";
import { model } from "./bars/model.ts";
import { orchestrator } from "./bars/orchestrator.ts";
import { packaging } from "./bars/packaging.ts";
import { perTitle } from "./bars/per-title.ts";
import { pictures } from "./bars/pictures.ts";
import { plan } from "./bars/plan.ts";
import { playable } from "./bars/playable.ts";
import { progress } from "./bars/progress.ts";
import { separate } from "./bars/separate.ts";
import { wholeJob } from "./bars/whole-job.ts";

/** Every bar, in the order of the table. */
export const BARS: readonly Bar[] = [
  wholeJob,
  separate,
  orchestrator,
  chunked,
  packaging,
  playable,
  pictures,
  cappedCrf,
  perTitle,
  apiRead,
  list,
  progress,
  plan,
  model,
];
