ALTER TABLE "renditions" ADD COLUMN "codec" text DEFAULT 'h264' NOT NULL;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "bitrate" integer;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "predicted_bitrate" integer;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "fixed_bitrate" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "dropped_rungs" jsonb DEFAULT '[]'::jsonb NOT NULL;