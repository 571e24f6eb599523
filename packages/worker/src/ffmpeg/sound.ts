import { toNumber } from "@telecine/core/media/rational";
import { RUNNING, shifted } from "./common.ts";
import { packagingArgs } from "./packaging.ts";
import { AUDIO, type EncodePlan, LOUDNESS_FILE, mixLoudnessFile, type SoundPlan, soundName } from "./plan.ts";
import { addressOf, hardened } from "./read-args.ts";
import { words } from "./words.ts";

/** ffmpeg: one track of a source alone, placed by the clock of its picture and in one form throughout. */
export function decodeSoundArgs({ source, video }: EncodePlan, sound: SoundPlan, file: string): string[] {
  const filters = [
    `asetpts=${shifted(video.startSeconds)}`,
    ...firstChannels(sound),
    `aresample=${AUDIO.sampleRate}:async=1`,
    "aformat=channel_layouts=stereo",
    "atrim=start=0",
  ];
  return [
    ...RUNNING,
    ...hardened(source),
    ...words`-copyts -i ${addressOf(source)} -map 0:${sound.streamIndex} -af ${filters.join()}`,
    ...words`-c:a pcm_s16le -map_metadata -1 -bitexact -f matroska ${file}`,
  ];
}

/** The sound is as long as the picture: cut or continued in silence, because players stall where one of them ends. */
export function audioArgs(plan: EncodePlan, sound: SoundPlan): string[] {
  const filters = [
    ...placed(plan, sound),
    ...(sound.name === soundName(0) ? [...loudnessFilters(LOUDNESS_FILE), "aresample"] : []),
    "aformat=channel_layouts=stereo",
    ...gained(sound),
    "apad",
    endOf(plan),
  ];
  return [
    ...words`-map 0:${sound.streamIndex} -af ${filters.join()} -c:a aac -b:a ${AUDIO.bitrateKbps}k`,
    ...packagingArgs(sound.name, plan),
  ];
}

/** ffmpeg: how loud each sound of a plan will be. Nothing but sound is decoded. */
export function mixLoudnessArgs(plan: EncodePlan): string[] {
  const mixed = (sound: SoundPlan) => [
    ...placed(plan, sound),
    "aformat=channel_layouts=stereo",
    ...gained(sound),
    endOf(plan),
    ...loudnessFilters(mixLoudnessFile(sound.name)),
  ];
  return [
    ...RUNNING,
    ...hardened(plan.source),
    ...words`-copyts -i ${addressOf(plan.source)}`,
    ...plan.audio.flatMap((sound) => words`-map 0:${sound.streamIndex} -af ${mixed(sound).join()} -f null -`),
  ];
}

/** A sound by the clock of the picture, in one form throughout. */
function placed({ video }: EncodePlan, sound: SoundPlan): string[] {
  const zero = Math.max(sound.startSeconds, video.startSeconds);
  return [
    `asetpts=${shifted(zero)}`,
    ...firstChannels(sound),
    // What lies before zero is cut off, and gaps are filled; but a long silence before the first sound would be made in
    // one piece (1.4 GB an hour), so that is `adelay`'s.
    `aresample=${AUDIO.sampleRate}:async=1:first_pts=0`,
    `adelay=delays=${toSamples(zero - video.startSeconds)}S:all=1`,
  ];
}

function endOf({ frameCount, frameRate }: EncodePlan): string {
  return `atrim=end_sample=${toSamples(frameCount / toNumber(frameRate))}`;
}

function toSamples(seconds: number): number {
  return Math.round(seconds * AUDIO.sampleRate);
}

/**
 * Measures all channels of a sound: mixed down, it would be as loud as the mixing makes it. To mix, an `aresample` must
 * follow; without it the one before would.
 */
function loudnessFilters(file: string): string[] {
  return ["ebur128=metadata=1:peak=true", `ametadata=mode=print:file=${file}`];
}

/** True peaks: at four times the rate, where they lie on samples, as near as a limiter's filters keep them. */
const LIMITING = [
  "aresample=192000",
  "alimiter=limit=0.8:attack=5:release=50:level=0:latency=1",
  "aresample=48000",
];

/** One gain for all of a sound; only what would be too high is held down. */
function gained({ gain }: SoundPlan): string[] {
  if (!gain) return [];
  return [`volume=${gain.decibels.toFixed(2)}dB`, ...(gain.limited ? LIMITING : [])];
}

/** Ten channels of a recorder, say: ffmpeg mixes only what it can name, and refuses the rest. */
export function firstChannels({ unknownLayout }: SoundPlan): string[] {
  return unknownLayout ? ["pan=stereo|c0=c0|c1=c1"] : [];
}
