import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, clip, cut, garbled, withoutKeyframe } from "./clips.ts";
import { rejectionOf, withTask } from "./harness.ts";
import { readResult, SOURCE_KEY } from "./folder-bucket.ts";

/** How a Matroska file begins. */
const EBML = Buffer.from("1a45dfa39f4286810142f7810142f2810442f381084282886d6174726f736b61", "hex");

describe("a file that can never become a video is told apart by its code", { timeout: 120_000 }, () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251));

  it.each<[string, () => Promise<string>, string]>([
    ["a text", () => bytes("text.mp4", "not a video\n".repeat(500)), "source_not_video"],
    ["noise", () => bytes("noise.mp4", noise), "source_not_video"],
    [
      "a picture",
      () => bytes("picture.mp4", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")),
      "source_not_video",
    ],
    [
      "noise behind the first bytes of a video",
      () => bytes("begin.mkv", Buffer.concat([EBML, noise])),
      "source_corrupt",
    ],
    ["a video whose pictures are noise", () => garbled("index-last.mp4"), "source_corrupt"],
    ["a video of whose pictures none can be decoded", () => withoutKeyframe("wide.mp4"), "source_corrupt"],
    ["sound", () => clip("sound.m4a"), "source_no_video_stream"],
    ["sound with a cover, MP3", () => clip("cover.mp3"), "source_no_video_stream"],
    ["sound with a cover, M4A", () => clip("cover.m4a"), "source_no_video_stream"],
    ["half of an MP4 that begins with its index", () => cut("wide.mp4", 0.5), "source_truncated"],
    ["nearly all of it", () => cut("wide.mp4", 0.85), "source_truncated"],
    ["half of an MP4 that ends with its index", () => cut("index-last.mp4", 0.5), "source_truncated"],
    ["half of a Matroska", () => cut("matroska.mkv", 0.5), "source_truncated"],
    ["more pixels than are accepted", () => clip("huge.mkv"), "source_dimensions_unsupported"],
    ["fewer pixels than are accepted", () => clip("tiny.mkv"), "source_dimensions_unsupported"],
    ["more frames a second than are accepted", () => clip("too-fast.mkv"), "source_frame_rate_unsupported"],
    ["longer than is accepted", () => clip("too-long.mkv"), "source_too_long"],
    ["more streams than are accepted", () => clip("many-streams.mkv"), "source_too_many_streams"],
  ])("%s", async (_name, file, code) => {
    expect(await rejectionOf(await file())).toBe(code);
  });

  it("leaves a result that says so, and nothing else", async () => {
    await withTask(await bytes("text.mp4", "not a video\n".repeat(500)), async (task) => {
      await task.run();
      expect(task.bucket.written.map(({ key }) => key)).toEqual([
        `work/${task.ticket.videoId}/1/result.json`,
      ]);
      expect(await readResult(task.bucket, task.ticket)).toEqual({
        ...task.ticket,
        outcome: "rejected",
        code: "source_not_video",
        message: expect.stringContaining("not a video") as string,
      });
    });
  });

  it("is told when the source is gone, or is another one now", async () => {
    const file = await clip("silent.mp4");
    await withTask(file, async (task) => {
      await writeFile(join(task.bucket.root, SOURCE_KEY), "other bytes");
      expect(await task.run()).toMatchObject({ outcome: "rejected", code: "source_replaced" });
    });
  });
});

describe("a file that points at other files", () => {
  it("shows nothing of them: it is no video", async () => {
    const secret = await clip("transport.ts");
    const playlist = (line: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:3,\n${line}\n#EXT-X-ENDLIST\n`;
    for (const [name, text] of [
      ["hls.mp4", playlist(`file://${secret}`)],
      ["hls-path.mp4", playlist(secret)],
      ["hls-http.mp4", playlist("http://127.0.0.1:9/internal.ts")],
      ["concat.mp4", `ffconcat version 1.0\nfile ${secret}\n`],
      [
        "sdp.mp4",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
      ],
    ] as const) {
      expect(await rejectionOf(await bytes(name, text))).toBe("source_not_video");
    }
  });
});
