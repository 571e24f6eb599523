ALTER TABLE "videos" ADD COLUMN "playable_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "seconds_to_playable" double precision;