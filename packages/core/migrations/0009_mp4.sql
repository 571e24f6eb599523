ALTER TABLE "videos" ADD COLUMN "mp4_key" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "mp4_size_bytes" bigint;