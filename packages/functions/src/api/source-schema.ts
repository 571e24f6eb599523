import { z } from "@hono/zod-openapi";
import { HDR_KINDS, SourceColor } from "@telecine/core/source/color";
import { Chapter, Loudness, SceneCuts } from "@telecine/core/source/measured";

/** The shapes in which the API tells what a source is. */

export const framesPerSecond = z.number().positive().openapi({ example: 23.976 });

const TrackJson = z
  .strictObject({
    index: z.int().nonnegative(),
    kind: z.enum(["video", "audio", "subtitle", "data", "attachment"]),
    codec: z.string().nullable(),
    profile: z.string().nullable(),
    language: z.string().nullable(),
    title: z.string().nullable().openapi({ description: "Untrusted text: escape it." }),
    isDefault: z.boolean(),
    isForced: z.boolean(),
    isHearingImpaired: z.boolean(),
    bitrate: z.int().nonnegative().nullable(),
    width: z.int().positive().nullable(),
    height: z.int().positive().nullable(),
    frameRate: framesPerSecond.nullable(),
    pixelFormat: z.string().nullable(),
    sampleAspectRatio: z.string().nullable().openapi({ example: "64:45" }),
    channels: z.int().positive().nullable(),
    channelLayout: z.string().nullable().openapi({ example: "5.1" }),
    sampleRate: z.int().positive().nullable(),
  })
  .openapi("Track");

const ColorJson = SourceColor.openapi("Color", {
  description: "Names are those of ITU-T H.273, luminance is in candela per square metre.",
});

const LoudnessJson = Loudness.openapi("Loudness", {
  description: "EBU R 128: LUFS, LU and dBTP. Null without sound, and of silence.",
});

const SceneCutsJson = SceneCuts.openapi("SceneCuts", {
  description: "Seconds from the first picture; `count` is of all, also of those beyond the list.",
});

/** All that the source was found to be. */
export const SourceJson = z
  .strictObject({
    container: z.string(),
    durationSeconds: z.number().positive(),
    sizeBytes: z.int().positive(),
    bitrate: z.int().nonnegative().nullable(),
    width: z.int().positive(),
    height: z.int().positive(),
    rotation: z.int(),
    frameRate: framesPerSecond,
    constantFrameRate: z.boolean().nullable(),
    interlaced: z.boolean().nullable(),
    fieldOrder: z.enum(["top", "bottom"]).nullable(),
    color: ColorJson.nullable(),
    videoCodec: z.string(),
    audioCodec: z.string().nullable(),
    loudness: LoudnessJson.nullable(),
    sceneCuts: SceneCutsJson.nullable(),
    chapters: z.array(Chapter.openapi("Chapter")).openapi({ description: "Titles are untrusted text." }),
    closedCaptions: z.boolean().nullable().openapi({ description: "CEA-608 or 708, within the pictures." }),
    tags: z
      .record(z.string(), z.string())
      .openapi({ description: "Tags of the file. Untrusted text: escape it." }),
    tracks: z.array(TrackJson),
  })
  .openapi("Source");

/** What people ask for first, and search by. Null until a task has looked into the file. */
export const summary = {
  container: z.string().nullable(),
  durationSeconds: z.number().positive().nullable(),
  sizeBytes: z.int().positive().nullable(),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  rotation: z.int().nullable(),
  frameRate: framesPerSecond.nullable(),
  constantFrameRate: z.boolean().nullable(),
  interlaced: z.boolean().nullable(),
  hdr: z.enum(HDR_KINDS).nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  audioLanguages: z.array(z.string()).openapi({ example: ["de", "en"] }),
  integratedLufs: z.number().nullable(),
  captions: z.boolean().nullable(),
};
