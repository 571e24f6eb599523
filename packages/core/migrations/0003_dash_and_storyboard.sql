ALTER TABLE "videos" ADD COLUMN "dash_key" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "storyboard_key" text;