import { type Graph, ofType } from "../../packages/local/src/synth/graph.ts";
import { arrowsOf } from "./arrows.ts";
import { frameOf, framesOf } from "./frames.ts";
import { COUNTED } from "./hints.ts";
import { indexOf } from "./index.ts";
import { type Nesting, nestingOf } from "./measure.ts";
import { nodesOf } from "./nodes.ts";
import { byText, inReadingOrder } from "./order.ts";
import type { Arrow, ArrowKind, Node, Picture } from "./picture.ts";

/** What a diagram of the graph shows. Boxes, frames and arrows are all the graph's; only their looks are data. */
export function pictureOf(graph: Graph): Picture {
  const index = indexOf(graph);
  const found = nodesOf(index, (urn) => frameOf(index, urn));
  const all = framesOf(index);
  const frames = all.filter(({ id }) => nestingOf({ nodes: found, frames: all }).inside(id).length > 0);
  const nesting = nestingOf({ nodes: found, frames });
  const arrows = gather(betweenColumns(arrowsOf(index), found, nesting), found);
  const connected = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  // What is in no network and in nobody's way, a bucket of logs for one, is not of the flow.
  const nodes = found.filter(({ id, frame }) => frame !== undefined || connected.has(id));
  const nameOf = ({ from, to, kind }: Arrow) => `${KINDS.indexOf(kind)} ${from} ${to}`;
  return {
    title: titleOf(graph),
    nodes: inReadingOrder(nodes, arrows, nesting),
    frames: [...frames].sort((one, other) => byText(one.id, other.id)),
    arrows: [...arrows].sort((one, other) => byText(nameOf(one), nameOf(other))),
    beside: besideOf(graph),
  };
}

function titleOf({ app: { name, stage, providers } }: Graph): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} on AWS: stage ${stage} in ${providers.aws.region}`;
}

/** An arrow is drawn from one column to another: within one it would say no more than that neighbours know each other. */
function betweenColumns(arrows: readonly Arrow[], nodes: readonly Node[], nesting: Nesting): Arrow[] {
  const columnOf = (id: string) => (nodes.find((node) => node.id === id) ?? nesting.inside(id)[0])?.column;
  return arrows.filter(({ from, to }) => {
    const [one, other] = [columnOf(from), columnOf(to)];
    return one !== undefined && other !== undefined && one !== other;
  });
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
