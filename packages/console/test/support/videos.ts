/** A video as the API shows it. */
export interface VideoJson {
  readonly id: string;
  readonly status: string;
  readonly phase: string;
  readonly progress: number | null;
  readonly speed: number | null;
  readonly etaSeconds: number | null;
  readonly title: string;
  readonly fileName: string | null;
  readonly sizeBytes: number | null;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly playback: { readonly hls: string | null; readonly dash: null; readonly mp4: null };
  readonly mp4SizeBytes: null;
  readonly poster: string | null;
  readonly storyboard: null;
  readonly settings: object;
  readonly playableAt: string | null;
  readonly secondsToPlayable: number | null;
  readonly renditions: readonly object[];
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly attempt: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly readyAt: string | null;
}

let made = 0;

/** A video that waits in the queue, and whatever is different about it. Later ones are newer. */
export function aVideo(changes: Partial<VideoJson> = {}): VideoJson {
  made += 1;
  const at = new Date(Date.UTC(2026, 10, 24, 9) + made * 60_000).toISOString();
  return {
    id: `vid_${String(made).padStart(26, "0")}`,
    status: "waiting",
    phase: "queued",
    progress: 0,
    speed: null,
    etaSeconds: null,
    title: `Video ${made}`,
    fileName: `video-${made}.mp4`,
    sizeBytes: 12_400_000,
    settings: { loudness: "keep" },
    durationSeconds: null,
    width: null,
    height: null,
    frameRate: null,
    playback: { hls: null, dash: null, mp4: null },
    mp4SizeBytes: null,
    poster: null,
    storyboard: null,
    renditions: [],
    error: null,
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    playableAt: null,
    secondsToPlayable: null,
    readyAt: null,
    ...changes,
  };
}

/** A video that can be played. Its addresses name another host than the page's, as they do behind 127.0.0.1. */
export function aReadyVideo(changes: Partial<VideoJson> = {}): VideoJson {
  return aVideo({
    status: "ready",
    phase: "done",
    progress: 1,
    durationSeconds: 8,
    width: 640,
    height: 360,
    frameRate: 24,
    playback: { hls: "http://telecine.test/media/vid/1/master.m3u8", dash: null, mp4: null },
    poster: "http://telecine.test/media/vid/1/poster.jpg",
    renditions: [rendition("360p", 640, 360, 620_000), rendition("240p", 426, 240, 270_000)],
    readyAt: "2026-11-24T10:15:30.000Z",
    ...changes,
  });
}

export function aFailedVideo(changes: Partial<VideoJson> = {}): VideoJson {
  return aVideo({
    status: "failed",
    phase: "done",
    progress: null,
    error: {
      code: "processing_failed",
      message: "The video could not be encoded. Try again.",
      retryable: true,
    },
    ...changes,
  });
}

function rendition(name: string, width: number, height: number, averageBandwidth: number): object {
  return {
    ...{ name, width, height, averageBandwidth },
    frameRate: 24,
    codecs: "avc1.64001e,mp4a.40.2",
    bandwidth: averageBandwidth + 100_000,
    sizeBytes: averageBandwidth,
    codec: "h264",
    hdr: false,
    reason: "step",
    bitrate: averageBandwidth - 100_000,
    predictedBitrate: null,
    fixedBitrate: averageBandwidth * 2,
    saving: 0.5,
  };
}
