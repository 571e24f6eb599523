import { expect, test } from "vitest";
import { createdAtOf, createId, idSchema } from "./id.ts";

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

test("an id knows when it was made", () => {
  const before = Date.now();
  const createdAt = createdAtOf(createId("video")).getTime();
  expect(createdAt).toBeGreaterThanOrEqual(before);
  expect(createdAt).toBeLessThanOrEqual(Date.now());
  // The example of the specification of UUIDv7 (RFC 9562, A.6): 017F22E2-79B0-7CC3-98C4-DC0C0C07398F.
  expect(createdAtOf("vid_01fwhe4ydgfk1shh6w1g60eecf").toISOString()).toBe("2022-02-22T19:22:22.000Z");
});

test("ids sort by the time of their making", async () => {
  const early = createId("video");
  await expect.poll(() => createId("video").slice(0, 14)).not.toBe(early.slice(0, 14));
  expect(createId("video") > early).toBe(true);
});
