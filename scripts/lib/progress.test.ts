import { describe, expect, it } from "vitest";
import { createProgress, printable } from "./progress.ts";
import type { Video } from "./telecine.ts";

const video = (fields: Partial<Video>): Video => ({
  ...{ id: "vid_1", status: "processing", phase: "encoding", progress: 0, speed: null, etaSeconds: null },
  ...{ durationSeconds: null, playback: { hls: null, dash: null }, error: null },
  ...fields,
});

describe("a name in a column", () => {
  it.each([
    ["/a/b/short.mp4", "short.mp4                   "],
    ["a-name-that-is-longer-than-its-column.mp4", "a-name-that-is-longer-than-…"],
    // Three characters of two columns each, and an emoji: seven columns more than characters would say.
    ["日本語🎬.mp4", "日本語🎬.mp4                "],
    ["日本語日本語日本語日本語日本語.mp4", "日本語日本語日本語日本語日… "],
    ["new\nline\u001b[31m.mp4", "new?line?[31m.mp4           "],
    ["e\u0301te\u0301.mp4", "e\u0301te\u0301.mp4                     "],
  ])("%j is as wide as all others", (file, shown) => {
    expect(printable(file)).toBe(shown);
  });
});

describe("without a terminal", () => {
  it("each new phase is a line, and so is a failure without a video", () => {
    const lines: string[] = [];
    const stream = {
      isTTY: false,
      write: (text: string) => lines.push(text),
    } as unknown as NodeJS.WriteStream;
    const progress = createProgress(stream);
    const file = progress.of("a.mp4");
    file.show(video({ status: "waiting", phase: "queued" }));
    file.show(video({ progress: 0.1 }));
    file.show(video({ progress: 0.2, speed: 2, etaSeconds: 4 }));
    file.show(video({ status: "ready", phase: "done", progress: 1 }));
    progress.of("b.mp4").fail("file_not_found");
    progress.stop();
    expect(lines).toEqual([
      "  a.mp4: queued\n",
      "  a.mp4: encoding\n",
      "  a.mp4: ready\n",
      "  b.mp4: failed: file_not_found\n",
    ]);
  });
});
