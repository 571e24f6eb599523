import { describe, expect, it } from "vitest";
import { parseProbe } from "../ffmpeg/probe.ts";
import { isTooFast, isTooLong } from "@telecine/core/media/limits";
import { checkLimits, withoutPicture } from "./limits.ts";

const VIDEO = {
  index: 0,
  codec_type: "video",
  pix_fmt: "yuv420p",
  width: 1920,
  height: 1080,
  avg_frame_rate: "25/1",
};

function codeOf(stream: object, others: object[] = []): string {
  const streams = [{ ...VIDEO, ...stream }, ...others];
  const probe = parseProbe(JSON.stringify({ streams, format: { format_name: "mov" } }));
  const [picture] = probe.streams;
  if (!picture) throw new Error("one stream was given");
  try {
    checkLimits(probe, picture);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("limits are met at their edge and broken beyond it", () => {
  it.each([
    [{ width: 16, height: 16 }, "accepted"],
    [{ width: 15, height: 16 }, "source_dimensions_unsupported"],
    [{ width: 8192, height: 4320 }, "accepted"],
    [{ width: 8194, height: 16 }, "source_dimensions_unsupported"],
    [{ width: 6000, height: 6000 }, "accepted"],
    [{ width: 6002, height: 6000 }, "source_dimensions_unsupported"],
    [{ sample_aspect_ratio: "1:500" }, "source_dimensions_unsupported"],
  ])("%j: %s", (stream, code) => {
    expect(codeOf(stream)).toBe(code);
  });

  it.each([
    [5, 0, "source_color_unsupported"],
    [10, 0, "source_color_unsupported"],
    [10, 1, "accepted"],
    [8, 4, "accepted"],
    [7, 6, "accepted"],
    [7, 0, "accepted"],
  ])(
    "of Dolby Vision: profile %d over a picture of kind %d",
    (dv_profile, dv_bl_signal_compatibility_id, code) => {
      const side_data_list = [{ rotation: 0 }, { dv_profile, dv_bl_signal_compatibility_id }];
      expect(codeOf({ side_data_list })).toBe(code);
    },
  );

  it("of measured length: four hours", () => {
    expect(isTooLong(14_400)).toBe(false);
    expect(isTooLong(14_400.1)).toBe(true);
  });

  it("of streams: 64", () => {
    const others = Array.from({ length: 64 }, (_, index) => ({ index: index + 1, codec_type: "subtitle" }));
    expect(codeOf({}, others.slice(1))).toBe("accepted");
    expect(codeOf({}, others)).toBe("source_too_many_streams");
  });

  it("of measured rates: rounding is no offence", () => {
    expect(isTooFast(240.001)).toBe(false);
    expect(isTooFast(250)).toBe(true);
  });
});

describe("a file without a picture", () => {
  const code = (streams: object[], errors = "") =>
    withoutPicture(parseProbe(JSON.stringify({ streams, format: { format_name: "mov" } })), errors).code;

  it("has none, or one that cannot be decoded, or one that is too large", () => {
    expect(code([{ index: 0, codec_type: "audio" }])).toBe("source_no_video_stream");
    expect(code([{ index: 0, codec_type: "video" }])).toBe("source_corrupt");
    expect(code([])).toBe("source_corrupt");
    const errors =
      "[IMGUTILS] Picture size 8000x8000 exceeds specified max pixel count 36000000, see the documentation";
    expect(code([{ index: 0, codec_type: "video" }], errors)).toBe("source_dimensions_unsupported");
  });
});
