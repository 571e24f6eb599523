import { expect, it } from "vitest";
import { routeOf, videoAddress } from "./route.ts";

it("leads from a video's address back to the video", () => {
  expect(routeOf(videoAddress("vid_01h2xcejqtf2nbrexx3vqjhp41"))).toEqual({
    name: "video",
    id: "vid_01h2xcejqtf2nbrexx3vqjhp41",
  });
});

it.each(["", "#", "#/", "#/videos/", "#/videos/a/b", "#/videos/..%2f..%2fhealth", "#/other"])(
  "shows the list for %j",
  (hash) => {
    expect(routeOf(hash)).toEqual({ name: "list" });
  },
);
