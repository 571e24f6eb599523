import { describe, expect, it } from "vitest";
import { hasClosedCaptions, NO_FRAMES, parseFirstFrames } from "./first-frames.ts";

const read = (...frames: object[]) => parseFirstFrames(JSON.stringify({ frames }));

describe("what ffprobe writes of the first frames", () => {
  it.each<[string, object[], string | null]>([
    ["whole ones", [{ interlaced_frame: 0, top_field_first: 0 }], null],
    ["upper lines first", [{ interlaced_frame: 1, top_field_first: 1 }], "top"],
    ["lower lines first", [{ interlaced_frame: 1, top_field_first: 0 }], "bottom"],
    [
      "fields after a whole one",
      [{ interlaced_frame: 0 }, { interlaced_frame: 1, top_field_first: 1 }],
      "top",
    ],
  ])("tells how they are made: %s", (_name, frames, order) => {
    expect(read(...frames).fieldOrder).toBe(order);
  });

  it("tells captions that are hidden in them", () => {
    const captions = { side_data_list: [{}, { side_data_type: "ATSC A53 Part 4 Closed Captions" }] };
    expect(hasClosedCaptions(read({}, captions))).toBe(true);
    expect(
      hasClosedCaptions(read({ side_data_list: [{ side_data_type: "Active format description" }] })),
    ).toBe(false);
  });

  it("may be nothing at all", () => {
    expect(read()).toEqual(NO_FRAMES);
    expect(parseFirstFrames("{}")).toEqual(NO_FRAMES);
    expect(() => parseFirstFrames("")).toThrow(SyntaxError);
  });
});
