import type { Rung } from "@telecine/core/ladder/ladder";
import { type Codec, PROFILES } from "@telecine/core/ladder/profiles";
import { packagingArgs } from "./packaging.ts";
import type { EncodePlan } from "./plan.ts";
import { words } from "./words.ts";

/** One rung's encoder, fed with the picture of its number. */
export function renditionArgs(rung: Rung, index: number, plan: EncodePlan): string[] {
  return [
    ...words`-map [v${index}] -fps_mode passthrough`,
    ...encoderArgs(rung, plan.framesPerGroup),
    ...packagingArgs(rung.name, plan),
  ];
}

/**
 * A rung as it is only tried: whatever it takes, and measured by the encoder itself, which says on standard error what
 * SSIM its pictures have.
 */
export function trialEncoderArgs({ codec, ...rung }: Rung, framesPerGroup: number): string[] {
  return ENCODERS[codec](rung, framesPerGroup, { cap: [], params: { ssim: 1 } });
}

function encoderArgs({ codec, ...rung }: Rung, framesPerGroup: number): string[] {
  const { maxBitrateKbps } = rung;
  const cap = words`-maxrate ${maxBitrateKbps}k -bufsize ${maxBitrateKbps * 2}k`;
  return ENCODERS[codec](rung, framesPerGroup, { cap, params: {} });
}

type Params = Readonly<Record<string, string | number>>;
type Encoder = (
  rung: Pick<Rung, "quality" | "crf">,
  framesPerGroup: number,
  more: { readonly cap: readonly string[]; readonly params: Params },
) => string[];

const THREADS = 3;

/**
 * Closed groups of one length, so that those of all rungs begin at the same frames, whatever the codec. An encoder's
 * threads cost memory each, so their number is fixed.
 */
const ENCODERS: Readonly<Record<Codec, Encoder>> = {
  h264: ({ quality, crf }, group, { cap, params }) => {
    const profile = PROFILES.h264.profiles[quality];
    return [
      ...words`-c:v libx264 -preset ${profile.preset} -profile:v high -crf ${crf}`,
      ...cap,
      ...words`-g ${group} -keyint_min ${group} -sc_threshold 0 -threads ${THREADS}`,
      ...paramArgs("-x264-params", { ...profile.params, ...params }),
    ];
  },
  hevc: ({ quality, crf }, group, { cap, params }) => {
    const profile = PROFILES.hevc.profiles[quality];
    const closed = { keyint: group, "min-keyint": group, scenecut: 0, "open-gop": 0 };
    // x265 would write its settings into every stream.
    const quiet = { "log-level": "error", info: 0 };
    return [
      // Of the two names that HEVC has in MP4, Apple's players only take this one.
      ...words`-c:v libx265 -preset ${profile.preset} -profile:v main -tag:v hvc1 -crf ${crf}`,
      ...cap,
      ...paramArgs("-x265-params", { ...closed, pools: THREADS, ...quiet, ...profile.params, ...params }),
    ];
  },
  av1: ({ quality, crf }, group, { cap, params }) => {
    const profile = PROFILES.av1.profiles[quality];
    return [
      ...words`-c:v libsvtav1 -preset ${profile.preset} -crf ${crf}`,
      ...cap,
      ...words`-g ${group}`,
      ...paramArgs("-svtav1-params", { lp: THREADS, ...profile.params, ...params }),
    ];
  },
};

function paramArgs(option: string, params: Params): string[] {
  const text = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return text.length > 0 ? [option, text.join(":")] : [];
}
