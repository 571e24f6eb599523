ALTER TABLE "videos" ADD COLUMN "thumbnail_count" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "thumbnail_seconds" double precision;