import { expect, it } from "vitest";
import { processed } from "./harness.ts";
import { unknownPicture, unknownSound } from "./source-clips.ts";

const LONG = { timeout: 120_000 };

/** What a file was found to hold, and what was made of it. */
async function made(file: string) {
  return processed(file, ({ source, renditions, audio }) =>
    Promise.resolve({
      tracks: source.tracks.map(({ kind, codec }) => `${kind} ${codec ?? "?"}`),
      codecs: [source.videoCodec, source.audioCodec],
      renditions: renditions.length,
      audio: audio.length,
    }),
  );
}

it.each([
  ["first", ["video h264", "audio ?", "audio aac", "data ?"]],
  ["last", ["video h264", "audio aac", "audio ?", "data ?"]],
] as const)("a track of sound that no decoder knows is left out: the %s one", LONG, async (place, tracks) => {
  expect(await made(await unknownSound(place))).toEqual({
    ...{ tracks, codecs: ["h264", "aac"], renditions: 2, audio: 1 },
  });
});

it("a video whose only sound no decoder knows is made without sound", LONG, async () => {
  expect(await made(await unknownSound("only"))).toEqual({
    tracks: ["video h264", "audio ?", "data ?"],
    ...{ codecs: ["h264", null], renditions: 2, audio: 0 },
  });
});

it(
  "a picture that no decoder knows is passed over for one that is known, and attachments are no streams",
  LONG,
  async () => {
    expect(await made(await unknownPicture())).toEqual({
      tracks: ["video ?", "video h264", "audio aac", "attachment ttf"],
      ...{ codecs: ["h264", "aac"], renditions: 2, audio: 1 },
    });
  },
);
