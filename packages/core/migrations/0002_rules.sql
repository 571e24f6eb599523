-- What may follow each status. The same table stands in code (video/status.ts); a test compares the two.
CREATE TABLE "video_status_transitions" (
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	PRIMARY KEY ("from_status", "to_status")
);
--> statement-breakpoint
INSERT INTO "video_status_transitions" ("from_status", "to_status") VALUES
	('waiting', 'processing'),
	('waiting', 'failed'),
	('waiting', 'canceled'),
	('processing', 'playable'),
	('processing', 'ready'),
	('processing', 'failed'),
	('processing', 'canceled'),
	('playable', 'ready'),
	('playable', 'failed'),
	('playable', 'canceled'),
	('failed', 'waiting'),
	('canceled', 'waiting');
--> statement-breakpoint
CREATE FUNCTION "refuse_status_transition"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.status = 'waiting' THEN
			RETURN NEW;
		END IF;
		RAISE EXCEPTION 'Video % cannot begin as %.', NEW.id, NEW.status
			USING ERRCODE = 'check_violation', CONSTRAINT = 'video_status_transition', TABLE = 'videos', COLUMN = 'status';
	END IF;
	IF EXISTS (
		SELECT FROM video_status_transitions WHERE from_status = OLD.status AND to_status = NEW.status
	) THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'Video % cannot go from % to %.', NEW.id, OLD.status, NEW.status
		USING ERRCODE = 'check_violation', CONSTRAINT = 'video_status_transition', TABLE = 'videos', COLUMN = 'status';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "videos_begin" BEFORE INSERT ON "videos"
	FOR EACH ROW EXECUTE FUNCTION "refuse_status_transition"();
--> statement-breakpoint
CREATE TRIGGER "videos_status_transition" BEFORE UPDATE OF "status" ON "videos"
	FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "refuse_status_transition"();
--> statement-breakpoint
CREATE FUNCTION "touch_row"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = clock_timestamp();
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE FUNCTION "touch_video"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = clock_timestamp();
	NEW.version = OLD.version + 1;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "videos_touch" BEFORE UPDATE ON "videos" FOR EACH ROW EXECUTE FUNCTION "touch_video"();
--> statement-breakpoint
CREATE TRIGGER "jobs_touch" BEFORE UPDATE ON "jobs" FOR EACH ROW EXECUTE FUNCTION "touch_row"();
--> statement-breakpoint
CREATE TRIGGER "uploads_touch" BEFORE UPDATE ON "uploads" FOR EACH ROW EXECUTE FUNCTION "touch_row"();
--> statement-breakpoint
CREATE TRIGGER "renditions_touch" BEFORE UPDATE ON "renditions" FOR EACH ROW EXECUTE FUNCTION "touch_row"();
--> statement-breakpoint
CREATE TRIGGER "tracks_touch" BEFORE UPDATE ON "tracks" FOR EACH ROW EXECUTE FUNCTION "touch_row"();
--> statement-breakpoint
-- A journal that can be rewritten tells nothing.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'Rows of % are only added.', TG_TABLE_NAME
		USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "events_append_only" BEFORE UPDATE OR DELETE ON "events"
	FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
