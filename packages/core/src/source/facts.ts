import { languageTag } from "../media/language.ts";
import type { SourceInfo } from "../task/contract.ts";

/** What people look for among sources: short answers about each. */
export function sourceFacts(source: SourceInfo) {
  const { rotation, constantFrameRate, interlaced, color, loudness, chapters, sceneCuts, tracks } = source;
  const sounds = tracks.filter(({ kind }) => kind === "audio");
  const languages = sounds.map(({ language }) => languageTag(language)).filter((tag) => tag !== "und");
  return {
    ...{ rotation, constantFrameRate, interlaced },
    hdr: color?.hdr ?? null,
    colorPrimaries: color?.primaries ?? null,
    colorTransfer: color?.transfer ?? null,
    colorMatrix: color?.matrix ?? null,
    colorRange: color?.range ?? null,
    bitDepth: color?.bitDepth ?? null,
    integratedLufs: loudness?.integratedLufs ?? null,
    loudnessRangeLu: loudness?.rangeLu ?? null,
    truePeakDbtp: loudness?.truePeakDbtp ?? null,
    audioTrackCount: sounds.length,
    audioLanguages: [...new Set(languages)],
    captions: hasCaptions(source),
    chapterCount: chapters.length,
    sceneCutCount: sceneCuts?.count ?? null,
  };
}
export type SourceFacts = ReturnType<typeof sourceFacts>;

/** Null where there is no track for them and nobody has looked into the pictures. */
function hasCaptions({ closedCaptions, tracks }: SourceInfo): boolean | null {
  return tracks.some(({ kind }) => kind === "subtitle") || closedCaptions;
}
