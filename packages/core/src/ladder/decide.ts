import type { VideoRange } from "../source/color.ts";
import { type DroppedRung, hdrName, isHdr, type Ladder, type Rung } from "./ladder.ts";
import { type Codec, PROFILES, STEPS } from "./profiles.ts";
import { type AskedRung, LadderSettings } from "./settings.ts";
import { capAt, type Picture, rounded, shortSideOf, sizeAt } from "./size.ts";

/** What is to be encoded, and what it was made of. */
export interface LadderSource extends Picture {
  /** As ffprobe calls it; null when nobody knows. */
  readonly codec: string | null;
  /** The most that its picture spends for some seconds (media/load.ts); null when nobody knows. */
  readonly peakBitrateKbps: number | null;
  /** SDR without it. */
  readonly videoRange?: VideoRange;
}

/** What trying scenes of a video has shown of a rung in H.264, by its name. */
export interface TunedRung {
  readonly crf: number;
  /** Before what the source or its owner allows. */
  readonly maxBitrateKbps: number;
  /** By the cap that comes of it. */
  readonly bitrateAt: (maxBitrateKbps: number) => number;
  readonly ssimDb: number;
}
export type Tuning = ReadonlyMap<string, TunedRung>;

/** Without a wish: what most screens show, and a quarter of the work of 4K. */
const DEFAULT_LIMIT = 1080;

/** Neighbours that are closer serve the same connections. */
const CLOSE = 1.25;

/** The slowest connection that the ladder is made for is the cap of its smallest step. */
const SLOWEST_KBPS = STEPS.at(-1)?.maxBitrateKbps ?? 0;

/**
 * Encoding again what was encoded before takes more than it had: at its own bitrate, x264 makes visibly less of it
 * (measured: SSIM of 9 to 16 dB beside the source), at twice as much 13 to 18 dB, and without a cap up to six times as
 * much is spent on keeping the source's faults.
 */
const SOURCE_HEADROOM = 2;

/** How many times its own bits H.264 needs for what a source in a newer codec shows; older ones are taken as equal. */
const SOURCE_EFFICIENCY: Readonly<Record<string, number>> = { hevc: 1.5, vp9: 1.5, av1: 2, vvc: 2 };

/**
 * Decides what a video is encoded in: by the short side of its picture, in its shape, never larger than it is, at least
 * one size. The same words give the same decision. With `tuning`, what scenes have shown counts instead of the profile.
 */
export function decideLadder(source: LadderSource, settings: LadderSettings, tuning?: Tuning): Ladder {
  const { sizes, dropped } = sizesFor(source, settings);
  const rungs = sizes.map((size) => rungOf(size, source, settings, tuning));
  const thinned = thin(rungs);
  const others = settings.codecs.map((codec) => inCodec(codec, thinned.rungs, source));
  const ladder = {
    rungs: [...thinned.rungs, ...others.flatMap((other) => other.rungs)],
    dropped: [...dropped, ...thinned.dropped, ...others.flatMap((other) => other.dropped)],
  };
  return withHdr(ladder, source, settings);
}

/** What HDR needs beside SDR in the same codec: about what Apple's ladders give it; from memory, and not measured. */
const HDR_SHARE = 1.2;

/**
 * A ladder with HDR in the sizes that it has in H.264, where that is to be kept, and the source has it: for a ladder that
 * was decided before that was known, too.
 */
export function withHdr(ladder: Ladder, source: LadderSource, { hdr }: LadderSettings): Ladder {
  const { videoRange = "SDR" } = source;
  if (hdr !== "keep" || videoRange === "SDR" || ladder.rungs.some(({ name }) => isHdr(name))) return ladder;
  const h264 = ladder.rungs.filter(({ codec }) => codec === "h264");
  const { rungs, dropped } = inCodec("hevc", h264, source);
  const named = ({ name }: { readonly name: string }) => hdrName(name.replace("-hevc", ""));
  const kept = rungs.map((rung) => ({
    ...{ ...rung, name: named(rung), videoRange },
    maxBitrateKbps: rounded(rung.maxBitrateKbps * HDR_SHARE),
  }));
  return {
    rungs: [...ladder.rungs, ...kept],
    dropped: [...ladder.dropped, ...dropped.map((rung) => ({ ...rung, name: named(rung) }))],
  };
}

interface Size {
  readonly shortSide: number;
  readonly reason: Rung["reason"];
  readonly asked?: AskedRung;
}

function sizesFor(
  source: LadderSource,
  { ladder }: LadderSettings,
): { sizes: Size[]; dropped: DroppedRung[] } {
  const own = shortSideOf(source);
  const limit = ladder.maxShortSide ?? (ladder.rungs ? Infinity : DEFAULT_LIMIT);
  const asked = ladder.rungs?.toSorted((a, b) => b.shortSide - a.shortSide);
  const wanted = (asked ?? STEPS).map(({ shortSide }) => shortSide);
  const top = { shortSide: Math.min(own, limit), reason: "top" as const };
  const fitting = asked
    ?.filter(({ shortSide }) => shortSide <= top.shortSide)
    .map((rung) => ({ shortSide: rung.shortSide, reason: "asked" as const, asked: rung }));
  const steps = wanted.filter((shortSide) => shortSide < top.shortSide);
  const dropped = wanted
    .filter((shortSide) => shortSide > top.shortSide)
    .map((shortSide) => ({
      name: `${shortSide}p`,
      reason: shortSide > own ? ("larger_than_source" as const) : ("above_limit" as const),
    }));
  if (asked) return { sizes: fitting && fitting.length > 0 ? fitting : [top], dropped };
  return { sizes: [top, ...steps.map((shortSide) => ({ shortSide, reason: "step" as const }))], dropped };
}

function rungOf(
  { shortSide, reason, asked }: Size,
  source: LadderSource,
  { quality }: LadderSettings,
  tuning: Tuning | undefined,
): Rung {
  const name = `${shortSide}p`;
  const tuned = tuning?.get(name);
  const fixedBitrateKbps = capAt(shortSide, source);
  const cap = Math.min(tuned?.maxBitrateKbps ?? fixedBitrateKbps, sourceCap(shortSide, source));
  const maxBitrateKbps = asked?.maxBitrateKbps ?? rounded(cap);
  return {
    ...{ name, codec: "h264", videoRange: "SDR", ...sizeAt(shortSide, source), quality, reason },
    crf: asked?.crf ?? tuned?.crf ?? PROFILES.h264.profiles[quality].crf,
    ...{ maxBitrateKbps, fixedBitrateKbps },
    // What is expected was found at the tuned CRF.
    predictedBitrateKbps: tuned && asked?.crf === undefined ? tuned.bitrateAt(maxBitrateKbps) : null,
    predictedSsimDb: tuned && asked?.crf === undefined ? tuned.ssimDb : null,
  };
}

/** What a size may spend because of what the source has: all of that at its own size, its share at others. */
function sourceCap(shortSide: number, source: LadderSource): number {
  const { peakBitrateKbps, codec } = source;
  if (peakBitrateKbps === null) return Infinity;
  const share = capAt(shortSide, source) / capAt(shortSideOf(source), source);
  return peakBitrateKbps * SOURCE_HEADROOM * (SOURCE_EFFICIENCY[codec ?? ""] ?? 1) * share;
}

interface Thinned {
  readonly rungs: Rung[];
  readonly dropped: DroppedRung[];
}

/** Leaves out what brings nothing beside the rung above it; never what was asked for. */
function thin(all: readonly Rung[]): Thinned {
  return all.reduce<Thinned>(
    ({ rungs, dropped }, rung) => {
      const reason = rung.reason === "asked" ? undefined : uselessBelow(rungs.at(-1), rung);
      return reason
        ? { rungs, dropped: [...dropped, { name: rung.name, reason }] }
        : { rungs: [...rungs, rung], dropped };
    },
    { rungs: [], dropped: [] },
  );
}

function uselessBelow(above: Rung | undefined, rung: Rung): DroppedRung["reason"] | undefined {
  if (!above) return undefined;
  if (above.maxBitrateKbps <= SLOWEST_KBPS) return "nothing_slower";
  return spentBy(above) < CLOSE * spentBy(rung) ? "too_close" : undefined;
}

function spentBy({ predictedBitrateKbps, maxBitrateKbps }: Rung): number {
  return predictedBitrateKbps ?? maxBitrateKbps;
}

/**
 * The same sizes in another codec: players choose a codec once and stay with it, so it needs steps of its own, down to
 * the first that is as slow as the slowest in H.264. Large sizes are where bits are saved and where the work is; the small
 * ones below 720p cost a fifth of it.
 */
function inCodec(codec: Exclude<Codec, "h264">, h264: readonly Rung[], source: Picture): Thinned {
  const slowest = h264.at(-1)?.maxBitrateKbps ?? 0;
  const all = h264.map((rung) => translated(rung, codec));
  const enough = all.findIndex(({ maxBitrateKbps }) => maxBitrateKbps <= slowest);
  const judged = all.map((rung, index) => ({
    rung,
    reason: unfit(rung, source, enough >= 0 && index > enough),
  }));
  return {
    rungs: judged.flatMap(({ rung, reason }) => (reason ? [] : [rung])),
    dropped: judged.flatMap(({ rung: { name }, reason }) => (reason ? [{ name, reason }] : [])),
  };
}

function unfit(
  { width, height, codec, reason }: Rung,
  { framesPerSecond }: Picture,
  isSlowEnough: boolean,
): DroppedRung["reason"] | undefined {
  const { least } = PROFILES[codec];
  if (Math.min(width, height) < least.side || framesPerSecond < least.framesPerSecond) return "not_encodable";
  return isSlowEnough && reason !== "asked" ? "nothing_slower" : undefined;
}

function translated(rung: Rung, codec: Exclude<Codec, "h264">): Rung {
  const { capShare, crfStep, crfRange, crfGrain, profiles } = PROFILES[codec];
  const { quality } = rung;
  const moved = profiles[quality].crf + (rung.crf - PROFILES.h264.profiles[quality].crf) * crfStep;
  const crf = Math.min(Math.max(moved, crfRange[0]), crfRange[1]);
  return {
    ...rung,
    ...{ name: `${rung.name}-${codec}`, codec, crf: Math.round(crf / crfGrain) * crfGrain },
    maxBitrateKbps: rounded(rung.maxBitrateKbps * capShare),
    ...{ predictedBitrateKbps: null, predictedSsimDb: null },
  };
}

/** The rungs of a video of which no more is known than its picture, and for which nothing is asked. */
export function usualRungs(picture: Picture): Ladder["rungs"] {
  const source = { ...picture, codec: null, peakBitrateKbps: null };
  return decideLadder(source, LadderSettings.parse({})).rungs;
}
