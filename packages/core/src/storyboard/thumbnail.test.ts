import { expect, it } from "vitest";
import { thumbnailAt, thumbnailKey, thumbnailSize } from "./thumbnail.ts";

it.each([
  [
    { width: 1920, height: 1080 },
    { width: 640, height: 360 },
  ],
  [
    { width: 1080, height: 1920 },
    { width: 360, height: 640 },
  ],
  [
    { width: 426, height: 240 },
    { width: 426, height: 240 },
  ],
  [
    { width: 854, height: 480 },
    { width: 640, height: 360 },
  ],
])("a picture of %o has thumbnails of %o", (picture, size) => {
  expect(thumbnailSize(picture)).toEqual(size);
});

it.each([
  [0, 0],
  [0.9, 0],
  [1.1, 1],
  [7.2, 4],
  // Behind the last one, and before the first.
  [100, 4],
  [-1, 0],
])("the one of five every two seconds that is nearest to %d s has number %d", (time, number) => {
  expect(thumbnailAt(time, { everySeconds: 2, count: 5 })).toBe(number);
});

it("they are numbered so that their names are in order", () => {
  expect(thumbnailKey(12)).toBe("thumbnails/00012.jpg");
});
