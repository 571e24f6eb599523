import ELK, { type ElkPoint } from "elkjs/lib/elk.bundled.js";
import { nestingOf } from "./measure.ts";
import type { Arrow, Picture } from "./picture.ts";
import { planOf, roomBeside, SPACING } from "./plan.ts";

/** A place, by its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = ElkPoint;

/** What ELK finds: cards, and the corners of arrows, each from its tail to its tip. */
export interface Placed {
  readonly cards: ReadonlyMap<string, Box>;
  readonly paths: readonly { readonly arrow: Arrow; readonly points: readonly Point[] }[];
}

/** Layers from left to right, arrows with right angles, cards in the order that they are given in. */
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.partitioning.activate": "true",
  "elk.separateConnectedComponents": "false",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.randomSeed": "1",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": String(SPACING),
  "elk.spacing.edgeNode": "8",
  "elk.spacing.edgeEdge": "8",
  "elk.layered.spacing.nodeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeNodeBetweenLayers": "10",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
};

/**
 * Places the cards of a picture, the same picture always in the same way. Frames are no nodes of ELK, whose order of nodes
 * holds on one level only: a card is given to it with the room that the frames around it take, and a frame that an
 * arrow leaves has a door, a node without a size beside it. An arrow against the reading direction is laid out the other way
 * round, so that no cycle turns a layer inside out.
 */
export async function place(picture: Picture): Promise<Placed> {
  const nesting = nestingOf(picture);
  const { children, edges, reversed } = planOf(picture, nesting);
  const root = await new ELK().layout({ id: "root", children, edges, layoutOptions: OPTIONS });
  const found = new Map((root.children ?? []).map((node) => [node.id, node]));
  const cards = picture.nodes.flatMap((node): [string, Box][] => {
    const { x = 0, y = 0, width = 0, height = 0 } = found.get(node.id) ?? {};
    const { left, right } = roomBeside(node, picture, nesting);
    return [[node.id, { x: x + left, y, width: width - left - right, height }]];
  });
  const paths = (root.edges ?? []).flatMap(({ id, sections = [] }) => {
    const arrow = picture.arrows[Number(id)];
    const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
      startPoint,
      ...bendPoints,
      endPoint,
    ]);
    return arrow ? [{ arrow, points: reversed.has(arrow) ? points.reverse() : points }] : [];
  });
  return { cards: new Map(cards), paths };
}
