import { frameRateOf } from "@telecine/core/media/frame-rate";
import { formatRational } from "@telecine/core/media/rational";
import type { EncodedAudio } from "@telecine/core/task/contract";
import { CustomSource, type InputAudioTrack, Input, type InputVideoTrack, MP4, QTFF } from "mediabunny";
import { type Movie, outlineOf, readIndex, type Track } from "../container/mp4/boxes.ts";
import { type Edit, editOf } from "../container/mp4/edit.ts";
import { wholenessOf } from "../container/mp4/loss.ts";
import { type Samples, samplesOf } from "../container/mp4/samples.ts";
import { shownOf } from "../container/mp4/shown.ts";
import type { Ranges } from "../container/ranges.ts";
import { type Group, groupsOf, joinGroups, reorderOf } from "./groups.ts";
import { readSequence } from "./sps.ts";
import type { Candidate, Picture } from "./streamable.ts";

/** Segments last at least so long, as those of the ladder. */
export const LEAST_SECONDS = 4;

/** A source with an index of all its pictures, opened for copying. */
export interface Source extends Disposable {
  readonly candidate: Candidate;
  readonly picture: InputVideoTrack;
  /** Bytes before each unit of a picture that tell its length. */
  readonly lengthBytes: number;
  readonly frameRate: string;
  readonly frameCount: number;
  /** When the first picture is shown. */
  readonly startSeconds: number;
  /** How much earlier than it is shown a picture must be decoded at the most, for those that it helps to show. */
  readonly reorderSeconds: number;
  /** As they will be cut, by the index. */
  readonly segments: readonly Group[];
  readonly sound: Sound | null;
}

export interface Sound {
  readonly track: InputAudioTrack;
  /** When the track's edit list ends it. */
  readonly endSeconds: number;
  /** As playlists tell of it. */
  readonly description: Pick<EncodedAudio, "language" | "title" | "purpose" | "channels" | "sampleRate">;
}

/** What the reader of a file keeps beside the blocks that it was given. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** Reads the index of a file; null where it is not MP4 or QuickTime with one index for one picture, whole. */
export async function openSource(ranges: Ranges): Promise<Source | null> {
  const outline = await outlineOf(ranges);
  const index = outline?.boxes.find(({ type }) => type === "moov");
  if (!index || outline?.boxes.some(({ type }) => type === "moof")) return null;
  const movie = await readIndex(index, ranges);
  const film = movie && readFilm(movie, ranges.sizeBytes);
  if (!film) return null;
  const source = new CustomSource({
    getSize: () => ranges.sizeBytes,
    read: (start, end) => ranges.read(start, end),
    maxCacheSize: CACHE_BYTES,
  });
  const input = new Input({ formats: [MP4, QTFF], source });
  try {
    return await describe(input, film, ranges.sizeBytes);
  } catch (error) {
    input[Symbol.dispose]();
    throw error;
  }
}

/** What the index says of the one picture, and of the first sound. */
interface Film {
  readonly samples: Samples;
  readonly edit: Edit | null;
  readonly groups: readonly Group[];
  readonly soundEdit: Edit | null;
  readonly soundTimescale: number;
}

function readFilm(movie: Movie, sizeBytes: number): Film | null {
  const tracks = (movie.traks as Track[] | undefined) ?? [];
  if (movie.mvex || wholenessOf(movie, tracks, sizeBytes) !== "whole") return null;
  const of = (handler: string) => tracks.filter(({ mdia }) => mdia.hdlr.handler === handler);
  const [picture, ...others] = of("vide");
  const [sound] = of("soun");
  const samples = picture && samplesOf(picture);
  if (!samples || others.length > 0) return null;
  if ([picture, sound].some((track) => track && track.mdia.minf.stbl.stsd.entries.length !== 1)) return null;
  const { stsz } = picture.mdia.minf.stbl;
  const groups = groupsOf(samples, (index) => stsz.sample_sizes[index] ?? stsz.sample_size);
  const { timescale } = movie.mvhd;
  return {
    ...{ samples, groups, edit: editOf(picture, timescale) },
    soundEdit: sound ? editOf(sound, timescale) : null,
    soundTimescale: sound?.mdia.mdhd.timescale ?? 1,
  };
}

async function describe(input: Input, film: Film, sizeBytes: number): Promise<Source | null> {
  const picture = (await input.getVideoTracks())[0];
  const [sound = null] = await input.getAudioTracks();
  const avcC = toBytes((await picture?.getDecoderConfig())?.description);
  if (!picture || !avcC) return null;
  const shown = film.edit && shownOf(film.samples, film.edit);
  const codec = sound && (await sound.getCodecParameterString());
  return {
    candidate: {
      sizeBytes,
      picture: await describePicture(picture, avcC, film),
      sound: sound && { codec, isPlain: film.soundEdit !== null },
    },
    ...{ picture, lengthBytes: ((avcC[4] ?? 0) & 3) + 1 },
    frameRate: formatRational(frameRateOf(shown?.times ?? [], []).rate),
    frameCount: film.samples.count,
    startSeconds: shown?.times[0] ?? 0,
    reorderSeconds: reorderOf(film.samples),
    segments: joinGroups(film.groups, LEAST_SECONDS),
    sound: sound && { track: sound, endSeconds: endOf(film), description: await describeSound(sound) },
    [Symbol.dispose]: () => {
      input[Symbol.dispose]();
    },
  };
}

async function describeSound(track: InputAudioTrack): Promise<Sound["description"]> {
  return {
    language: await track.getLanguageCode(),
    title: null,
    purpose: "main",
    channels: await track.getNumberOfChannels(),
    sampleRate: await track.getSampleRate(),
  };
}

async function describePicture(
  track: InputVideoTrack,
  avcC: Uint8Array,
  { samples, edit, groups }: Film,
): Promise<Picture> {
  const shown = edit && shownOf(samples, edit);
  const ratio = await track.getPixelAspectRatio();
  const [start, end] = [shown?.times[0] ?? 0, shown?.ends[0] ?? 0];
  const isTurned = (await track.getRotation()) !== 0 || (await track.getFlip());
  return {
    codec: await track.getCodecParameterString(),
    sequence: sequenceOf(avcC),
    level: avcC[3] ?? 0,
    isUpright: !isTurned && ratio.num === ratio.den,
    isHdr: await track.hasHighDynamicRange(),
    width: await track.getCodedWidth(),
    height: await track.getCodedHeight(),
    isPlain: shown?.times.length === samples.count,
    durationSeconds: end - start,
    longestGroupSeconds: Math.max(...groups.map(({ durationSeconds }) => durationSeconds)),
    largestGroupBytes: Math.max(...groups.map(({ sizeBytes }) => sizeBytes)),
    startsWithKey: samples.keyframes === null || samples.keyframes[0] === 0,
  };
}

/** The first sequence parameter set of an AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1), where it is the only one. */
function sequenceOf(avcC: Uint8Array) {
  const view = new DataView(avcC.buffer, avcC.byteOffset, avcC.byteLength);
  if (avcC.length < 8 || ((avcC[5] ?? 0) & 31) !== 1) return null;
  return readSequence(avcC.subarray(8, 8 + view.getUint16(6)));
}

function endOf({ soundEdit, soundTimescale }: Film): number {
  if (!soundEdit || soundEdit.isNone) return Infinity;
  const { emptyTicks, startTicks, endTicks } = soundEdit;
  return (emptyTicks + endTicks - startTicks) / soundTimescale;
}

/** Whatever kind of buffer a library has put it into. */
function toBytes(data: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : null;
}
