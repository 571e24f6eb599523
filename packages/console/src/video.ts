import { boolean, keyOf, list, nullable, number, object, tableOf, text, type Parser } from "./parse.ts";
import { STATUS_WORDS } from "./words.ts";

const rendition = object({
  name: text,
  width: number,
  height: number,
  frameRate: number,
  codecs: text,
  bandwidth: number,
  averageBandwidth: number,
  sizeBytes: number,
});
export type Rendition = ReturnType<typeof rendition>;

const videoFields = {
  id: text,
  status: keyOf(STATUS_WORDS),
  phase: text,
  progress: nullable(number),
  speed: nullable(number),
  etaSeconds: nullable(number),
  title: text,
  fileName: nullable(text),
  sizeBytes: nullable(number),
  durationSeconds: nullable(number),
  width: nullable(number),
  height: nullable(number),
  frameRate: nullable(number),
  playback: object({ hls: nullable(text) }),
  poster: nullable(text),
  renditions: list(rendition),
  error: nullable(object({ code: text, message: text, retryable: boolean })),
  attempt: number,
  createdAt: text,
  readyAt: nullable(text),
};

export const video = object(videoFields);
export type Video = ReturnType<typeof video>;

export const videoPage = object({ data: list(video), nextCursor: nullable(text) });
export type VideoPage = ReturnType<typeof videoPage>;

const partUrl = object({ partNumber: number, url: text });
export const partUrls = object({ parts: list(partUrl) });

const putTarget = object({ url: text, headers: tableOf(text) });
const multipartTarget = object({ partSizeBytes: number, parts: list(partUrl), completeUrl: text });
export type PutTarget = ReturnType<typeof putTarget>;
export type MultipartTarget = ReturnType<typeof multipartTarget>;

/** Where the bytes of a new video go: one PUT, or parts that are put together at the end. */
export type UploadTarget = PutTarget | MultipartTarget;

const uploadTarget: Parser<UploadTarget> = (value, path) => {
  const isMultipart = typeof value === "object" && value !== null && "parts" in value;
  return isMultipart ? multipartTarget(value, path) : putTarget(value, path);
};

export const createdVideo = object({ ...videoFields, upload: uploadTarget });
export type CreatedVideo = ReturnType<typeof createdVideo>;

const track = object({
  index: number,
  kind: text,
  codec: nullable(text),
  profile: nullable(text),
  language: nullable(text),
  title: nullable(text),
  isForced: boolean,
  isHearingImpaired: boolean,
  bitrate: nullable(number),
  width: nullable(number),
  height: nullable(number),
  frameRate: nullable(number),
  pixelFormat: nullable(text),
  channels: nullable(number),
  channelLayout: nullable(text),
  sampleRate: nullable(number),
});
export type Track = ReturnType<typeof track>;

const color = object({
  hdr: text,
  primaries: nullable(text),
  range: nullable(text),
  bitDepth: nullable(number),
});

const loudness = object({ integratedLufs: number, rangeLu: number, truePeakDbtp: number });

const source = object({
  container: text,
  durationSeconds: number,
  sizeBytes: number,
  bitrate: nullable(number),
  width: number,
  height: number,
  rotation: number,
  frameRate: number,
  constantFrameRate: nullable(boolean),
  interlaced: nullable(boolean),
  color: nullable(color),
  videoCodec: text,
  audioCodec: nullable(text),
  loudness: nullable(loudness),
  sceneCuts: nullable(object({ count: number })),
  chapters: list(object({ startSeconds: number })),
  closedCaptions: nullable(boolean),
  tags: tableOf(text),
  tracks: list(track),
});
export type Source = ReturnType<typeof source>;

export const metadata = object({ source: nullable(source) });
export type Metadata = ReturnType<typeof metadata>;

/** True while something happens by itself, so that the page looks often. An upload happens elsewhere, at its own pace. */
export function isMoving({ status, phase }: Video): boolean {
  return status === "processing" || status === "playable" || (status === "waiting" && phase !== "uploading");
}

/** True when nothing more will happen by itself. */
export function isSettled({ status }: Video): boolean {
  return status === "ready" || status === "failed" || status === "canceled";
}

/**
 * Media is served by the origin that serves this page, so only the path of its address counts: the page also works
 * under another name of the same machine, such as 127.0.0.1.
 */
export function localAddress(url: string): string {
  const { pathname, search } = new URL(url, "http://localhost");
  return pathname + search;
}
