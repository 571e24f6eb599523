import { toNumber } from "@telecine/core/media/rational";
import { RUNNING, shifted } from "./common.ts";
import { packagingArgs } from "./packaging.ts";
import { AUDIO, type EncodePlan, LOUDNESS_FILE, type SoundPlan, soundName } from "./plan.ts";
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
  const { name, streamIndex, startSeconds } = sound;
  const zero = Math.max(startSeconds, plan.video.startSeconds);
  const toSamples = (seconds: number) => Math.round(seconds * AUDIO.sampleRate);
  const filters = [
    `asetpts=${shifted(zero)}`,
    ...firstChannels(sound),
    // What lies before zero is cut off, and gaps are filled; but a long silence before the first sound would be made in
    // one piece (1.4 GB an hour), so that is `adelay`'s.
    `aresample=${AUDIO.sampleRate}:async=1:first_pts=0`,
    `adelay=delays=${toSamples(zero - plan.video.startSeconds)}S:all=1`,
    ...loudnessFilters(sound),
    "aformat=channel_layouts=stereo",
    "apad",
    `atrim=end_sample=${toSamples(plan.frameCount / toNumber(plan.frameRate))}`,
  ];
  return [
    ...words`-map 0:${streamIndex} -af ${filters.join()} -c:a aac -b:a ${AUDIO.bitrateKbps}k`,
    ...packagingArgs(name, plan),
  ];
}

/**
 * Measures the sound that plays by itself, in all of its channels: mixed down, it would be as loud as the mixing makes it.
 * The second `aresample` mixes; without it the first one would.
 */
function loudnessFilters({ name }: SoundPlan): string[] {
  if (name !== soundName(0)) return [];
  return ["ebur128=metadata=1:peak=true", `ametadata=mode=print:file=${LOUDNESS_FILE}`, "aresample"];
}

/** Ten channels of a recorder, say: ffmpeg mixes only what it can name, and refuses the rest. */
export function firstChannels({ unknownLayout }: SoundPlan): string[] {
  return unknownLayout ? ["pan=stereo|c0=c0|c1=c1"] : [];
}
