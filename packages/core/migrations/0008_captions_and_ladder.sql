CREATE TABLE "captions" (
	"id" text PRIMARY KEY NOT NULL,
	"video_id" text NOT NULL,
	"origin" text NOT NULL,
	"kind" text NOT NULL,
	"language" text NOT NULL,
	"title" text,
	"key" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"cue_count" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "codec" text DEFAULT 'h264' NOT NULL;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "bitrate" integer;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "predicted_bitrate" integer;--> statement-breakpoint
ALTER TABLE "renditions" ADD COLUMN "fixed_bitrate" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "dropped_rungs" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "captions_video" ON "captions" USING btree ("video_id");--> statement-breakpoint
CREATE UNIQUE INDEX "captions_uploaded" ON "captions" USING btree ("video_id","language") WHERE origin = 'upload';