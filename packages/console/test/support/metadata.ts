const picture = {
  codec: "h264",
  pixelFormat: "yuv420p",
  channels: null,
  channelLayout: null,
  sampleRate: null,
};
const sound = { codec: "aac", pixelFormat: null, channels: 2, channelLayout: "stereo", sampleRate: 48_000 };
const unsaid = {
  ...{ profile: null, language: null, title: null, bitrate: null, width: null, height: null },
  ...{ frameRate: null, sampleAspectRatio: null, isDefault: true, isForced: false, isHearingImpaired: false },
};

const summary = {
  ...{ container: "mov,mp4,m4a,3gp,3g2,mj2", durationSeconds: 8, sizeBytes: 12_400_000 },
  ...{ width: 640, height: 360, frameRate: 24, videoCodec: "h264", audioCodec: "aac" },
  ...{ rotation: 0, constantFrameRate: true, interlaced: false },
};

/** Facts that stand in front, and are drawn from others. */
const drawn = { hdr: "sdr", audioLanguages: [], integratedLufs: -19.5, captions: false };

/** What a file was found to be, as the API shows it. Its tags are as hostile as a file can make them. */
export const aSource = {
  ...summary,
  bitrate: 700_000,
  ...{ fieldOrder: null, closedCaptions: false },
  color: {
    ...{ hdr: "sdr", primaries: "bt709", transfer: "bt709", matrix: "bt709", range: "limited", bitDepth: 8 },
    ...{ masteringDisplay: null, contentLight: null, dolbyVisionProfile: null },
  },
  loudness: { integratedLufs: -19.5, rangeLu: 6.1, truePeakDbtp: -1.2 },
  sceneCuts: { count: 1, times: [4] },
  chapters: [{ startSeconds: 0, endSeconds: 8, title: "<i>One</i>" }],
  tracks: [
    { ...unsaid, index: 0, kind: "video", ...picture },
    { ...unsaid, index: 1, kind: "audio", ...sound },
  ],
  tags: { "<b>artist</b>": "<script>document.title = 'owned'</script>", encoder: "Lavf59.27.100" },
};

/** The facts that stand in front: all null while nobody has looked into the file. */
export function aSummary(source: typeof aSource | null): object {
  const all = { ...summary, ...drawn };
  if (source) return all;
  return { ...Object.fromEntries(Object.keys(all).map((name) => [name, null])), audioLanguages: [] };
}
