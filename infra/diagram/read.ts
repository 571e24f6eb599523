import { type Graph, ofType } from "../../packages/local/src/synth/graph.ts";
import { arrowsOf } from "./arrows.ts";
import { frameOf, framesOf } from "./frames.ts";
import { COUNTED } from "./hints.ts";
import { indexOf } from "./index.ts";
import { type Nesting, nestingOf } from "./measure.ts";
import { nodesOf } from "./nodes.ts";
import type { Arrow, Node, Picture } from "./picture.ts";

/** What a diagram of the graph shows. Boxes, frames and arrows are all the graph's; only their looks are data. */
export function pictureOf(graph: Graph): Picture {
  const index = indexOf(graph);
  const nodes = nodesOf(index, (urn) => frameOf(index, urn));
  const all = framesOf(index);
  const frames = all.filter(({ id }) => nestingOf({ nodes, frames: all }).inside(id).length > 0);
  const nesting = nestingOf({ nodes, frames });
  const columnOf = (id: string) => (nodes.find((node) => node.id === id) ?? nesting.inside(id)[0])?.column;
  // An arrow is drawn between two columns: within one it would say that neighbours know each other.
  const isDrawn = ({ from, to }: Arrow) => {
    const [one, other] = [columnOf(from), columnOf(to)];
    return one !== undefined && other !== undefined && one !== other;
  };
  const arrows = gather(arrowsOf(index).filter(isDrawn), nodes);
  const { name, stage, providers } = graph.app;
  return {
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} on AWS: stage ${stage} in ${providers.aws.region}`,
    nodes: inReadingOrder(nodes, arrows, nesting),
    frames,
    arrows,
    beside: besideOf(graph),
  };
}

/** From so many boxes of a frame to one place, an arrow leaves the frame instead. */
const MANY = 4;

/** What most of a frame's boxes have in common is said once, of the frame. */
function gather(arrows: readonly Arrow[], nodes: readonly Node[]): Arrow[] {
  const frames = new Map(nodes.map(({ id, frame }) => [id, frame]));
  const alike = Map.groupBy(arrows, ({ from, to, kind }) => `${frames.get(from) ?? from} ${to} ${kind}`);
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    const frame = frames.get(first?.from ?? "");
    return first && frame && same.length >= MANY ? [{ ...first, from: frame }] : same;
  });
}

function besideOf(graph: Graph): string[] {
  return Object.entries(COUNTED).flatMap(([type, [one, many]]) => {
    const count = ofType(graph, type).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
}

/**
 * Column by column, each from top to bottom: by rank, then by who calls first. What is in one frame stays together, where
 * the first of it would be.
 */
function inReadingOrder(nodes: readonly Node[], arrows: readonly Arrow[], nesting: Nesting): Node[] {
  const ordered: Node[] = [];
  for (const column of [...new Set(nodes.map((node) => node.column))].sort()) {
    const own = nodes.filter((node) => node.column === column);
    const places = new Map(
      own.map((node) => [node.id, node.rank * nodes.length + calledFrom(node, arrows, ordered)]),
    );
    const first = (members: readonly Node[]) => Math.min(...members.map(({ id }) => places.get(id) ?? 0));
    const path = (node: Node) => [
      ...nesting
        .around(node.frame)
        .map((frame) => first(nesting.inside(frame).filter((member) => own.includes(member))))
        .reverse(),
      first([node]),
    ];
    ordered.push(...own.sort((one, other) => compare(path(one), path(other))));
  }
  return ordered;
}

/** The place of the first card that calls this one; steps of one workflow follow each other. After all, if nobody does. */
function calledFrom({ id }: Node, arrows: readonly Arrow[], before: readonly Node[]): number {
  const callers = arrows.filter(({ to, kind }) => to === id && kind !== "network" && kind !== "data");
  const places = callers.flatMap(({ from, label }) => {
    const place = before.findIndex((node) => node.id === from);
    return place < 0 ? [] : [place + (/^\d+$/.test(label) ? Number(label) / 100 : 0.5)];
  });
  return Math.min(before.length, ...places);
}

function compare(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((place, index) => place !== other[index]);
  return differing < 0 ? 0 : (one[differing] ?? 0) - (other[differing] ?? 0);
}
