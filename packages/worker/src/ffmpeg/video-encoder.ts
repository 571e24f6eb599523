import type { Rung } from "@telecine/core/ladder/ladder";
import { type Codec, PROFILES } from "@telecine/core/ladder/profiles";
import type { MasteringDisplay } from "@telecine/core/source/color";
import { packagingArgs } from "./packaging.ts";
import type { EncodePlan } from "./plan.ts";
import { words } from "./words.ts";

/** One rung's encoder, fed with the picture of its number. */
export function renditionArgs(rung: Rung, index: number, plan: EncodePlan): string[] {
  return [
    ...words`-map [v${index}] -fps_mode passthrough`,
    ...encoderArgs(rung, plan),
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

function encoderArgs({ codec, ...rung }: Rung, { framesPerGroup, video }: EncodePlan): string[] {
  const { maxBitrateKbps } = rung;
  const cap = words`-maxrate ${maxBitrateKbps}k -bufsize ${maxBitrateKbps * 2}k`;
  return ENCODERS[codec](rung, framesPerGroup, {
    cap,
    params: rung.videoRange === "PQ" ? lightParams(video) : {},
  });
}

/** What a screen needs to know of PQ to show it, in x265's units: 0.00002 of a coordinate, 0.0001 nits. */
function lightParams({ color }: EncodePlan["video"]): Params {
  if (color.kind !== "tone-map") return {};
  const { masteringDisplay, contentLight } = color.light;
  return {
    "hdr10-opt": 1,
    ...(masteringDisplay ? { "master-display": masteringText(masteringDisplay) } : {}),
    ...(contentLight ? { "max-cll": `${contentLight.maxCll},${contentLight.maxFall}` } : {}),
  };
}

function masteringText({ red, green, blue, white, minLuminance, maxLuminance }: MasteringDisplay): string {
  const point = ({ x, y }: MasteringDisplay["white"]) =>
    `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`;
  const [most, least] = [maxLuminance, minLuminance].map((nits) => Math.round(nits * 10_000));
  return `G${point(green)}B${point(blue)}R${point(red)}WP${point(white)}L(${most},${least})`;
}

type Params = Readonly<Record<string, string | number>>;
type Encoder = (
  rung: Pick<Rung, "quality" | "crf" | "videoRange">,
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
  hevc: ({ quality, crf, videoRange }, group, { cap, params }) => {
    const profile = PROFILES.hevc.profiles[quality];
    const closed = { keyint: group, "min-keyint": group, scenecut: 0, "open-gop": 0 };
    // x265 would write its settings into every stream.
    const quiet = { "log-level": "error", info: 0 };
    return [
      // Of the two names that HEVC has in MP4, Apple's players only take this one.
      ...words`-c:v libx265 -preset ${profile.preset} -profile:v ${videoRange === "SDR" ? "main" : "main10"} -tag:v hvc1 -crf ${crf}`,
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
