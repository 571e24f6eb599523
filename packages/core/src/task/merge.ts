import { MAX_CLOSED } from "../captions/closed-data.ts";
import { MAX_SCENE_CUTS } from "../source/measured.ts";
import type { EncodedRendition, MadePart, ReadyResult, SourceInfo } from "./contract.ts";

/**
 * What several tasks have made of one video, as if one had: the parts in their order.
 * Throws when they do not fit together, which the caller has to tell as output that is not valid.
 */
export function mergeParts(parts: readonly MadePart[]): ReadyResult {
  const [first, ...others] = parts;
  if (!first) throw new Error("There are no parts.");
  return {
    ...{ videoId: first.videoId, attempt: first.attempt, outcome: "ready" },
    source: { ...first.source, ...measuredOf(parts) },
    droppedRungs: first.droppedRungs,
    renditions: first.renditions.map((rendition) =>
      others.reduce((whole, part) => append(whole, part), rendition),
    ),
    audio: parts.flatMap(({ audio }) => audio),
    captions: parts.flatMap(({ captions }) => captions),
    closedData: parts.flatMap(({ closedData }) => closedData).slice(0, MAX_CLOSED),
    thumbnails: parts.flatMap(({ thumbnails }) => thumbnails),
    poster: bestPoster(parts),
    storyboard: oneStoryboard(parts),
  };
}

/** A rendition goes on in each part. */
function append(whole: EncodedRendition, { part, renditions }: MadePart): EncodedRendition {
  const next = renditions.find(({ name }) => name === whole.name);
  if (!next) throw new Error(`Part ${part} has no ${whole.name}.`);
  assertAlike(whole, next, part);
  return {
    ...whole,
    frameCount: whole.frameCount + next.frameCount,
    segments: [...whole.segments, ...next.segments],
  };
}

/** Segments of all parts are played behind one initialization segment. */
function assertAlike(whole: EncodedRendition, next: EncodedRendition, part: number): void {
  const shapeOf = ({ width, height, frameRate, codecs, init, rung }: EncodedRendition) =>
    JSON.stringify([width, height, frameRate, codecs, init.sha256, rung]);
  if (shapeOf(whole) !== shapeOf(next))
    throw new Error(`Part ${part} of ${whole.name} was encoded in another way: ${shapeOf(next)}.`);
}

/** Each part has measured what it made: one of them the sound, the others the pictures, by the clock of the whole. */
function measuredOf(parts: readonly MadePart[]): Pick<SourceInfo, "loudness" | "sceneCuts"> {
  const cuts = parts.flatMap(({ source }) => source.sceneCuts ?? []);
  return {
    loudness: parts.find(({ source }) => source.loudness !== null)?.source.loudness ?? null,
    sceneCuts: {
      count: cuts.reduce((sum, { count }) => sum + count, 0),
      times: cuts.flatMap(({ times }) => times).slice(0, MAX_SCENE_CUTS),
    },
  };
}

function bestPoster(parts: readonly MadePart[]): ReadyResult["poster"] {
  return parts.map(({ poster }) => poster).reduce((best, next) => (next.score > best.score ? next : best));
}

function oneStoryboard(parts: readonly MadePart[]): ReadyResult["storyboard"] {
  const storyboards = parts.flatMap(({ storyboard }) => storyboard ?? []);
  const [first] = storyboards;
  if (!first) throw new Error("No part has a storyboard.");
  return { ...first, sheets: storyboards.flatMap(({ sheets }) => sheets) };
}
