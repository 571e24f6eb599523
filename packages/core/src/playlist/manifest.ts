import XMLBuilder from "fast-xml-builder";
import { codecOf, isHdr } from "../ladder/ladder.ts";
import type { VideoRange } from "../source/color.ts";
import type { EncodedAudio, EncodedRendition, Storyboard } from "../task/contract.ts";
import { durationOf, measureBandwidth, targetDuration } from "./bandwidth.ts";
import { nameSounds } from "./audio-track.ts";
import type { CaptionTrack } from "./captions.ts";
import { isLanguage } from "./language.ts";
import { areTilesEven, type Element, ROLE, thumbnails, words } from "./manifest-sets.ts";
import type { PlaylistFile } from "./playlist.ts";

/** The DASH manifest (ISO/IEC 23009-1) of the same CMAF segments that the HLS playlists name. */

type Stream = Pick<EncodedRendition, "name" | "init" | "segments">;

const PROFILES = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";
const CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
const AUDIO_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007";

const xml = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressEmptyNode: true,
  // Otherwise `segmentAlignment="true"` becomes HTML's `segmentAlignment`.
  suppressBooleanAttributes: false,
  format: true,
});

/**
 * The manifest of what a task has made, keys relative to the attempt's folder. Throws when segments are not numbered from
 * 00000 in their stream's folder, which is how the manifest names them.
 */
export function buildManifest(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  { storyboard, captions = [] }: { storyboard?: Storyboard; captions?: readonly CaptionTrack[] } = {},
): PlaylistFile {
  const targetSeconds = targetDuration([...renditions, ...audio]);
  const durationSeconds = durationOf(renditions);
  const root = {
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    MPD: {
      "@xmlns": "urn:mpeg:dash:schema:mpd:2011",
      "@profiles": PROFILES,
      "@type": "static",
      "@mediaPresentationDuration": duration(durationSeconds),
      "@minBufferTime": duration(targetSeconds),
      Period: {
        "@id": "0",
        "@start": "PT0S",
        AdaptationSet: [
          ...inCodecs(renditions).map((same) => pictures(same, targetSeconds)),
          ...sounds(audio, targetSeconds),
          ...words(captions, durationSeconds),
          ...(storyboard && areTilesEven(storyboard) && renditions[0]
            ? [thumbnails(storyboard, renditions[0])]
            : []),
        ].map((set, id) => ({ "@id": id, ...set })),
      },
    },
  };
  return { key: "manifest.mpd", text: xml.build(root) };
}

/**
 * A set for each codec, and one for HDR: within a set players may switch at any segment, and few can from one codec to
 * another.
 */
function inCodecs(renditions: readonly EncodedRendition[]): (readonly EncodedRendition[])[] {
  return [...Map.groupBy(renditions, ({ name }) => (isHdr(name) ? "hdr" : codecOf(name))).values()];
}

const CICP = "urn:mpeg:mpegB:cicp";

/** Of BT.2100, by ITU-T H.273: a player that does not know what to do with it leaves the set out. */
function colors([rendition]: readonly EncodedRendition[]): Element {
  const transfer = TRANSFERS[rendition?.rung?.videoRange ?? "SDR"];
  if (transfer === undefined) return {};
  const says = (name: string, value: number) => ({ "@schemeIdUri": `${CICP}:${name}`, "@value": value });
  return {
    EssentialProperty: [
      says("ColourPrimaries", 9),
      says("TransferCharacteristics", transfer),
      says("MatrixCoefficients", 9),
    ],
  };
}

const TRANSFERS: Readonly<Record<VideoRange, number | undefined>> = { SDR: undefined, PQ: 16, HLG: 18 };

function pictures(renditions: readonly EncodedRendition[], targetSeconds: number): Element {
  return {
    ...{ "@contentType": "video", "@mimeType": "video/mp4" },
    // Groups are closed and cut at the same frames in every rung: players may switch at each segment.
    ...{ "@segmentAlignment": "true", "@startWithSAP": "1" },
    ...colors(renditions),
    Representation: renditions.map((rendition) => ({
      ...representation(rendition, rendition.codecs, targetSeconds),
      ...{ "@width": rendition.width, "@height": rendition.height, "@frameRate": rendition.frameRate },
      "@sar": "1:1",
      SegmentTemplate: videoTemplate(rendition),
    })),
  };
}

/** What a track is for: its role, and the purpose by TV-Anytime's list, which is what players look for accessibility in. */
const PURPOSES: Readonly<
  Record<Exclude<EncodedAudio["purpose"], "main">, { role: string; audioPurpose?: string }>
> = {
  description: { role: "description", audioPurpose: "1" },
  clarity: { role: "enhanced-audio-intelligibility", audioPurpose: "2" },
  commentary: { role: "commentary" },
};

function sounds(audio: readonly EncodedAudio[], targetSeconds: number): Element[] {
  const names = nameSounds(audio);
  return audio.map((track, index) => sound(track, index, names[index] ?? "", targetSeconds));
}

function sound(track: EncodedAudio, index: number, name: string, targetSeconds: number): Element {
  const usual = { role: index === 0 ? "main" : "alternate", audioPurpose: undefined };
  const { role, audioPurpose } = track.purpose === "main" ? usual : PURPOSES[track.purpose];
  return {
    ...{ "@contentType": "audio", "@mimeType": "audio/mp4" },
    ...(isLanguage(track.language) ? { "@lang": track.language } : {}),
    ...{ "@segmentAlignment": "true", "@startWithSAP": "1" },
    // 1 is what those without it have.
    ...(index === 0 ? { "@selectionPriority": "2" } : {}),
    Label: name,
    ...(audioPurpose ? { Accessibility: { "@schemeIdUri": AUDIO_PURPOSE, "@value": audioPurpose } } : {}),
    Role: { "@schemeIdUri": ROLE, "@value": role },
    Representation: {
      ...representation(track, track.codecs, targetSeconds),
      "@audioSamplingRate": track.sampleRate,
      AudioChannelConfiguration: { "@schemeIdUri": CHANNELS, "@value": track.channels },
      SegmentTemplate: template(track, track.sampleRate, ({ durationSeconds }) =>
        Math.round(durationSeconds * track.sampleRate),
      ),
    },
  };
}

function representation({ name, segments }: Stream, codecs: string, targetSeconds: number): Element {
  return {
    "@id": name,
    "@codecs": codecs,
    "@bandwidth": measureBandwidth(segments, targetSeconds).peak,
  };
}

/** Time is counted in ticks of the frame rate, so that no segment's place is ever rounded. */
function videoTemplate(rendition: EncodedRendition): Element {
  const [timescale = 1, ticksPerFrame = 1] = rendition.frameRate.split("/").map(Number);
  return template(
    rendition,
    timescale,
    ({ durationSeconds }) => Math.round((durationSeconds * timescale) / ticksPerFrame) * ticksPerFrame,
  );
}

function template(
  stream: Stream,
  timescale: number,
  ticksOf: (segment: Stream["segments"][number]) => number,
): Element {
  assertNumbered(stream);
  return {
    "@timescale": timescale,
    "@initialization": stream.init.key.replace(stream.name, "$RepresentationID$"),
    "@media": "$RepresentationID$/$Number%05d$.m4s",
    "@startNumber": 0,
    SegmentTimeline: { S: runs(stream.segments.map(ticksOf)) },
  };
}

function assertNumbered({ name, segments }: Stream): void {
  segments.forEach(({ key }, index) => {
    if (key === `${name}/${String(index).padStart(5, "0")}.m4s`) return;
    throw new Error(`Segment ${index} of "${name}" is called ${key}: a manifest counts them from 00000.`);
  });
}

/** Equal durations in a row are one entry, repeated `r` times. */
function runs(ticks: readonly number[]): Element[] {
  const entries: { "@d": number; "@r": number }[] = [];
  for (const d of ticks) {
    const last = entries.at(-1);
    if (last?.["@d"] === d) last["@r"]++;
    else entries.push({ "@d": d, "@r": 0 });
  }
  return entries.map(({ "@r": r, ...entry }, index) => ({
    ...(index === 0 ? { "@t": 0 } : {}),
    ...entry,
    ...(r > 0 ? { "@r": r } : {}),
  }));
}

/** As ISO 8601 writes it, to the microsecond. */
function duration(seconds: number): string {
  return `PT${Number(seconds.toFixed(6))}S`;
}
