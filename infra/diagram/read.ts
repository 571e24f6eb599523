import { type Graph, ofType } from "../../packages/local/src/synth/graph.ts";
import { arrowsOf } from "./arrows.ts";
import { frameOf, framesOf } from "./frames.ts";
import { COUNTED } from "./hints.ts";
import { indexOf } from "./index.ts";
import { nestingOf } from "./measure.ts";
import { nodesOf } from "./nodes.ts";
import { byText, inReadingOrder } from "./order.ts";
import type { Arrow, ArrowKind, Node, Picture } from "./picture.ts";

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
  const nameOf = ({ from, to, kind }: Arrow) => `${KINDS.indexOf(kind)} ${from} ${to}`;
  return {
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} on AWS: stage ${stage} in ${providers.aws.region}`,
    nodes: inReadingOrder(nodes, arrows, nesting),
    frames: [...frames].sort((one, other) => byText(one.id, other.id)),
    arrows: [...arrows].sort((one, other) => byText(nameOf(one), nameOf(other))),
    beside: besideOf(graph),
  };
}

/** Where arrows leave a card, from top to bottom. */
const KINDS: readonly ArrowKind[] = ["request", "event", "step", "failure", "data", "network"];

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
