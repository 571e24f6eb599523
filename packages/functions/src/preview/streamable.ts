/** What decides whether a file can be shown as it is. Plain facts, so that the decision can be read and tested alone. */
export interface Candidate {
  readonly sizeBytes: number;
  readonly picture: Picture;
  /** The first track of sound; null in a file without any. */
  readonly sound: { readonly codec: string | null; readonly isPlain: boolean } | null;
}

export interface Picture {
  /** As CODECS of a playlist names it: `avc1.640028`. */
  readonly codec: string | null;
  /** Of the sequence parameter sets, where there is exactly one that can be read. */
  readonly sequence: {
    readonly profile: number;
    readonly chromaFormat: number;
    readonly bitDepth: number;
    readonly isProgressive: boolean;
  } | null;
  /** Level times ten: 51 is 5.1. */
  readonly level: number;
  /** Neither turned, nor mirrored, nor of pixels that are no squares. */
  readonly isUpright: boolean;
  readonly isHdr: boolean;
  readonly width: number;
  readonly height: number;
  /** Whether an edit list shows every picture, in one piece and at its own speed. */
  readonly isPlain: boolean;
  readonly durationSeconds: number;
  /** The most seconds from one key picture to the next, or to the end. */
  readonly longestGroupSeconds: number;
  /** The most bytes of such a group. */
  readonly largestGroupBytes: number;
  readonly startsWithKey: boolean;
}

/** What is shown as it is. Everything else waits for its encode. */
export const LIMITS = {
  /** What the function copies within its time: at 12 Mb/s, eleven minutes; at BBB's 5.9 Mb/s, 23. */
  sizeBytes: 1_000_000_000,
  /** Bits per second on average, of the file: half as much again as the ladder's best, which homes have. */
  bitrate: 12_000_000,
  /** Phones and televisions decode it; 4K at 30 frames a second. */
  level: 51,
  /** A segment begins with a key picture, and a player starts with a segment. x264's own limit is 250 pictures: 10.4 s of film. */
  groupSeconds: 12,
  /** Of a segment, which is held in memory, and which a player must have whole before it shows any of it. */
  groupBytes: 48 * 1024 * 1024,
} as const;

/** Baseline, Main, High: what every browser and device decodes. */
const PROFILES: ReadonlySet<number> = new Set([66, 77, 100]);
/** AAC: low complexity, and with what HE-AAC adds. */
const SOUNDS: ReadonlySet<string> = new Set(["mp4a.40.2", "mp4a.40.5", "mp4a.40.29"]);

const RULES: readonly [reason: string, isMet: (candidate: Candidate) => boolean][] = [
  ["size", ({ sizeBytes }) => sizeBytes <= LIMITS.sizeBytes],
  ["video_codec", ({ picture }) => /^avc1\.[0-9a-f]{6}$/i.test(picture.codec ?? "")],
  ["video_profile", ({ picture }) => PROFILES.has(picture.sequence?.profile ?? 0)],
  ["video_level", ({ picture }) => picture.level > 0 && picture.level <= LIMITS.level],
  [
    "pixel_format",
    ({ picture: { sequence, isHdr } }) => sequence?.bitDepth === 8 && sequence.chromaFormat === 1 && !isHdr,
  ],
  ["interlaced", ({ picture }) => picture.sequence?.isProgressive === true],
  ["orientation", ({ picture }) => picture.isUpright],
  ["edit_list", ({ picture, sound }) => picture.isPlain && sound?.isPlain !== false],
  ["audio_codec", ({ sound }) => sound === null || SOUNDS.has(sound.codec ?? "")],
  [
    "keyframes",
    ({ picture: { startsWithKey, longestGroupSeconds } }) =>
      startsWithKey && longestGroupSeconds <= LIMITS.groupSeconds,
  ],
  [
    "bitrate",
    ({ sizeBytes, picture: { durationSeconds, largestGroupBytes } }) =>
      durationSeconds > 0 &&
      (sizeBytes * 8) / durationSeconds <= LIMITS.bitrate &&
      largestGroupBytes <= LIMITS.groupBytes,
  ],
];

/** Why a file cannot be shown as it is: the first reason, or null. */
export function obstacleOf(candidate: Candidate): string | null {
  return RULES.find(([, isMet]) => !isMet(candidate))?.[0] ?? null;
}
