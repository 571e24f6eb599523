import { describe, expect, it } from "vitest";
import { withFirstPage, withNextPage, withoutVideo, withVideo, type Library } from "./library.ts";
import { testVideo } from "./test-video.ts";
import type { VideoPage } from "./video.ts";

/** Letters stand for videos: `fed` is newest first. */
function page(letters: string, nextCursor: string | null = null): VideoPage {
  return { data: Array.from(letters, (letter) => testVideo(letter)), nextCursor };
}

function library(letters: string, nextCursor: string | null = null): Library {
  return { videos: page(letters).data, nextCursor };
}

function letters({ videos }: Library): string {
  return videos.map(({ id }) => id).join("");
}

describe("another look at the first page", () => {
  it("keeps what was loaded below it, and where that ended", () => {
    const after = withFirstPage(library("fedcba", "after a"), page("fed", "after d"));
    expect(letters(after)).toBe("fedcba");
    expect(after.nextCursor).toBe("after a");
  });

  it("puts new videos first without losing the one that moved down", () => {
    expect(letters(withFirstPage(library("edcba"), page("gfe", "after e")))).toBe("gfedcba");
  });

  it("drops a video that was deleted elsewhere", () => {
    expect(letters(withFirstPage(library("fedcba"), page("fdc", "after c")))).toBe("fdcba");
  });

  it("drops everything below when the API says that there is no more", () => {
    const after = withFirstPage(library("fedcba", "after a"), page("fe"));
    expect(letters(after)).toBe("fe");
    expect(after.nextCursor).toBeNull();
  });

  it("starts anew when more came in than a page holds, so that no gap stays hidden", () => {
    const after = withFirstPage(library("cba", "after a"), page("ihg", "after g"));
    expect(letters(after)).toBe("ihg");
    expect(after.nextCursor).toBe("after g");
  });

  it("takes the page's cursor while nothing is loaded below it", () => {
    expect(withFirstPage(library("cba"), page("cba", "after a")).nextCursor).toBe("after a");
  });

  it("shows what has become of a video", () => {
    const ready = { ...testVideo("b"), status: "ready" as const };
    const after = withFirstPage(library("cba"), { data: [testVideo("c"), ready], nextCursor: "after b" });
    expect(after.videos[1]?.status).toBe("ready");
  });
});

it("shows no video twice when the list moved between two pages", () => {
  const after = withNextPage(library("fed", "after d"), page("dcb", "after b"));
  expect(letters(after)).toBe("fedcb");
  expect(after.nextCursor).toBe("after b");
});

it("puts a new video first, and changes a known one where it stands", () => {
  expect(letters(withVideo(library("ba"), testVideo("c")))).toBe("cba");
  const changed = withVideo(library("ba"), testVideo("a", { title: "new" }));
  expect(letters(changed)).toBe("ba");
  expect(changed.videos[1]?.title).toBe("new");
});

it("takes a deleted video away", () => {
  expect(letters(withoutVideo(library("cba"), "b"))).toBe("ca");
});
