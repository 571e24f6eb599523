CREATE TABLE "events" (
	"id" text PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"video_id" text NOT NULL,
	"attempt" integer,
	"type" text NOT NULL,
	"actor" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"dedupe_key" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"video_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"status" text DEFAULT 'starting' NOT NULL,
	"execution_arn" text,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"error_code" text,
	"error_message" text,
	"cleaned_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "renditions" (
	"id" text PRIMARY KEY NOT NULL,
	"video_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"name" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"frame_rate" text NOT NULL,
	"codecs" text NOT NULL,
	"bandwidth" integer NOT NULL,
	"average_bandwidth" integer NOT NULL,
	"size_bytes" bigint NOT NULL,
	"segment_count" integer NOT NULL,
	"playlist_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tracks" (
	"id" text PRIMARY KEY NOT NULL,
	"video_id" text NOT NULL,
	"index" integer NOT NULL,
	"kind" text NOT NULL,
	"codec" text,
	"profile" text,
	"language" text,
	"bitrate" bigint,
	"width" integer,
	"height" integer,
	"frame_rate" text,
	"pixel_format" text,
	"channels" integer,
	"sample_rate" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"video_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"video_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"storage_upload_id" text,
	"part_size_bytes" bigint,
	"part_count" integer,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "videos" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"phase" text DEFAULT 'uploading' NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"title" text NOT NULL,
	"file_name" text,
	"content_type" text,
	"size_bytes" bigint,
	"source_key" text NOT NULL,
	"source_etag" text,
	"source_sequencer" text,
	"duration_seconds" double precision,
	"width" integer,
	"height" integer,
	"frame_rate" text,
	"video_codec" text,
	"audio_codec" text,
	"probe" jsonb,
	"hls_key" text,
	"poster_key" text,
	"error_code" text,
	"error_message" text,
	"ready_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"search" text GENERATED ALWAYS AS (lower(title || ' ' || coalesce(file_name, ''))) STORED NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "videos_failed_has_code" CHECK ((status = 'failed') = (error_code is not null)),
	CONSTRAINT "videos_ready_has_time" CHECK ((status = 'ready') = (ready_at is not null))
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "renditions" ADD CONSTRAINT "renditions_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracks" ADD CONSTRAINT "tracks_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_video" ON "events" USING btree ("video_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "events_sequence" ON "events" USING btree ("sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "events_dedupe" ON "events" USING btree ("dedupe_key");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_video_attempt" ON "jobs" USING btree ("video_id","attempt");--> statement-breakpoint
CREATE INDEX "jobs_status_updated" ON "jobs" USING btree ("status","updated_at");--> statement-breakpoint
CREATE INDEX "jobs_unclean" ON "jobs" USING btree ("finished_at") WHERE cleaned_at is null and status in ('failed', 'canceled');--> statement-breakpoint
CREATE UNIQUE INDEX "renditions_video_name" ON "renditions" USING btree ("video_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "tracks_video_index" ON "tracks" USING btree ("video_id","index");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "uploads_video" ON "uploads" USING btree ("video_id");--> statement-breakpoint
CREATE INDEX "videos_newest" ON "videos" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_status_newest" ON "videos" USING btree ("status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_codec_newest" ON "videos" USING btree ("video_codec","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_duration" ON "videos" USING btree ("duration_seconds") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "videos_search" ON "videos" USING gin (search gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "videos_removed" ON "videos" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "videos_source" ON "videos" USING btree ("source_key") WHERE deleted_at is null;