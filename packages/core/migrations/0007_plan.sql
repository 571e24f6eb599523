ALTER TABLE "jobs" ADD COLUMN "plan" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "usage" jsonb;