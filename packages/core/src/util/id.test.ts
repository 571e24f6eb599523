import { expect, test } from "vitest";
import { createId, idSchema } from "./id.ts";

test("an id is accepted for its own noun and no other", () => {
  const id = createId("video");
  expect(id).toMatch(/^vid_[0-9a-z]{26}$/);
  expect(idSchema("video").safeParse(id).success).toBe(true);
  expect(idSchema("job").safeParse(id).success).toBe(false);
});

test.each(["", "vid", "vid_", "vid_x", "VID_01h2xcejqtf2nbrexx3vqjhp41", "vid_91h2xcejqtf2nbrexx3vqjhp41"])(
  "%j is no id",
  (text) => {
    expect(idSchema("video").safeParse(text).success).toBe(false);
  },
);

test("ids sort by the time of their making", async () => {
  const early = createId("video");
  await expect.poll(() => createId("video").slice(0, 14)).not.toBe(early.slice(0, 14));
  expect(createId("video") > early).toBe(true);
});
