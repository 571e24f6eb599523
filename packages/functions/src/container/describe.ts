import {
  CustomSource,
  Input,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  UnsupportedInputFormatError,
  WEBM,
} from "mediabunny";
import type { ContainerFacts, PictureFacts } from "./facts.ts";
import { readMp4 } from "./mp4/read.ts";
import { type Ranges, TooMuchRead } from "./ranges.ts";

/** Containers that mediabunny reads and that videos come in. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS];

/** A container's own memory of what it has read; the bytes are kept by whoever serves them. */
const CACHE_BYTES = 4 * 1024 * 1024;

/**
 * What a file's headers say; null for a container that is not read here. Every error that comes of it is of the file's
 * making.
 */
export async function readFacts(ranges: Ranges): Promise<ContainerFacts | null> {
  const mp4 = await readMp4(ranges).catch(whatIsLeft);
  if (mp4?.refusal) return { ...UNKNOWN, container: "MP4", refusal: mp4.refusal };
  const described = await describe(ranges);
  return described && { ...described, ...mp4 };
}

/** An index that one library cannot read, another may be able to describe. */
function whatIsLeft(error: unknown): null {
  if (error instanceof TooMuchRead) throw error;
  return null;
}

const UNKNOWN: ContainerFacts = {
  container: "",
  durationSeconds: null,
  picture: null,
  soundCodecs: [],
  film: null,
  isConstant: null,
  refusal: null,
};

async function describe(ranges: Ranges): Promise<ContainerFacts | null> {
  const source = new CustomSource({
    getSize: () => ranges.sizeBytes,
    read: (start, end) => ranges.read(start, end),
    maxCacheSize: CACHE_BYTES,
  });
  using input = new Input({ formats: FORMATS, source });
  try {
    const container = (await input.getFormat()).name;
    const tracks = await input.getTracks();
    const pictures = tracks.filter((track) => track.isVideoTrack());
    const sounds = tracks.filter((track) => track.isAudioTrack());
    const [picture, ...others] = pictures;
    return {
      ...UNKNOWN,
      container,
      durationSeconds: await longest(input, tracks),
      picture: picture && others.length === 0 ? await describePicture(picture) : null,
      soundCodecs: await Promise.all(sounds.map(async (track) => nameOf(await track.getCodec()))),
    };
  } catch (error) {
    if (error instanceof UnsupportedInputFormatError) return null;
    throw error;
  }
}

async function longest(input: Input, tracks: InputTrack[]): Promise<number | null> {
  const seconds = await input.getDurationFromMetadata(tracks);
  return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

async function describePicture(track: InputVideoTrack): Promise<PictureFacts | null> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) return null;
  return { width, height, codec: nameOf(await track.getCodec()) };
}

/** Where ffprobe calls a codec by another name. */
const NAMES: Readonly<Record<string, string>> = {
  avc: "h264",
  "pcm-s16": "pcm_s16le",
  "pcm-s16be": "pcm_s16be",
  "pcm-s24": "pcm_s24le",
  "pcm-s24be": "pcm_s24be",
  "pcm-f32": "pcm_f32le",
};

function nameOf(codec: string | null): string | null {
  return codec === null ? null : (NAMES[codec] ?? codec);
}
