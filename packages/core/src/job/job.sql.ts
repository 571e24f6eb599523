import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant, timestamps } from "../database/columns.ts";
import type { FailureCode } from "../error.ts";
import type { PlanSummary } from "../plan/plan.ts";
import type { Usage } from "../usage/usage.ts";
import { videoTable } from "../video/video.sql.ts";

/** `starting`: an execution is owed. `running`: Step Functions has it. The rest are ends. */
export type JobStatus = "starting" | "running" | "succeeded" | "failed" | "canceled";

/** One workflow execution: one attempt at one video. */
export const jobTable = pgTable(
  "jobs",
  {
    id: id("job"),
    videoId: text()
      .notNull()
      .references(() => videoTable.id, { onDelete: "cascade" }),
    attempt: integer().notNull(),
    status: text().$type<JobStatus>().notNull().default("starting"),
    executionArn: text(),
    startedAt: instant(),
    finishedAt: instant(),
    errorCode: text().$type<FailureCode>(),
    errorMessage: text(),
    /** How the video is encoded, and what that was expected to take. */
    plan: jsonb().$type<PlanSummary>(),
    /** What the attempt has used. */
    usage: jsonb().$type<Usage>(),
    /** When what a failed or canceled attempt left in the bucket was deleted. */
    cleanedAt: instant(),
    ...timestamps,
  },
  (table) => [
    uniqueIndex("jobs_video_attempt").on(table.videoId, table.attempt),
    index("jobs_status_updated").on(table.status, table.updatedAt),
    index("jobs_unclean")
      .on(table.finishedAt)
      .where(sql`cleaned_at is null and status in ('failed', 'canceled')`),
  ],
);
export type JobRow = typeof jobTable.$inferSelect;
