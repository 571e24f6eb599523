ALTER TABLE "tracks" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "is_default" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "is_forced" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "is_hearing_impaired" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "sample_aspect_ratio" text;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "channel_layout" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "rotation" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "constant_frame_rate" boolean;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "interlaced" boolean;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "hdr" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "color_primaries" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "color_transfer" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "color_matrix" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "color_range" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "bit_depth" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "integrated_lufs" double precision;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "loudness_range_lu" double precision;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "true_peak_dbtp" double precision;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "audio_track_count" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "audio_languages" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "captions" boolean;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "chapter_count" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "scene_cut_count" integer;--> statement-breakpoint
CREATE INDEX "videos_hdr_newest" ON "videos" USING btree ("hdr","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_interlaced_newest" ON "videos" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null and interlaced;--> statement-breakpoint
CREATE INDEX "videos_captions_newest" ON "videos" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null and captions;--> statement-breakpoint
CREATE INDEX "videos_loudness" ON "videos" USING btree ("integrated_lufs") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_audio_languages" ON "videos" USING gin ("audio_languages");