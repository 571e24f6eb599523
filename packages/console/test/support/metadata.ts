const picture = { codec: "h264", pixelFormat: "yuv420p", channels: null, sampleRate: null };
const sound = { codec: "aac", pixelFormat: null, channels: 2, sampleRate: 48_000 };
const unsaid = { profile: null, language: null, bitrate: null, width: null, height: null, frameRate: null };

const summary = {
  ...{ container: "mov,mp4,m4a,3gp,3g2,mj2", durationSeconds: 8, sizeBytes: 12_400_000 },
  ...{ width: 640, height: 360, frameRate: 24, videoCodec: "h264", audioCodec: "aac" },
};

/** What a file was found to be, as the API shows it. Its tags are as hostile as a file can make them. */
export const aSource = {
  ...summary,
  bitrate: 700_000,
  rotation: 0,
  tracks: [
    { ...unsaid, index: 0, kind: "video", ...picture },
    { ...unsaid, index: 1, kind: "audio", ...sound },
  ],
  tags: { "<b>artist</b>": "<script>document.title = 'owned'</script>", encoder: "Lavf59.27.100" },
};

/** The facts that stand in front: all null while nobody has looked into the file. */
export function aSummary(source: typeof aSource | null): object {
  return source ? summary : Object.fromEntries(Object.keys(summary).map((name) => [name, null]));
}
