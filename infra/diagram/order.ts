import type { Nesting } from "./measure.ts";
import type { Arrow, Node } from "./picture.ts";

/** Where a card or a frame belongs in its column: smaller comes first, the id decides between equals. */
interface Place {
  readonly rank: number;
  readonly called: number;
  /** The busier first. */
  readonly idle: number;
  readonly id: string;
}

/**
 * Column by column, each from top to bottom: by rank, then by who calls first. What is in one frame stays together, where
 * the first of it would be. The order that the graph was registered in, which is chance, has no say.
 */
export function inReadingOrder(nodes: readonly Node[], arrows: readonly Arrow[], nesting: Nesting): Node[] {
  const ordered: Node[] = [];
  for (const column of [...new Set(nodes.map((node) => node.column))].sort()) {
    const own = nodes.filter((node) => node.column === column);
    const places = new Map(own.map((node) => [node.id, placeOf(node, arrows, ordered)]));
    const first = (members: readonly Node[]) =>
      members
        .flatMap(({ id }) => places.get(id) ?? [])
        .sort(compare)
        .slice(0, 1);
    const path = (node: Node) => [
      ...nesting
        .around(node.frame)
        .toReversed()
        .flatMap((frame) => first(nesting.inside(frame))),
      ...first([node]),
    ];
    const paths = new Map(own.map((node) => [node.id, path(node)]));
    ordered.push(
      ...own.sort((one, other) => comparePaths(paths.get(one.id) ?? [], paths.get(other.id) ?? [])),
    );
  }
  return ordered;
}

/** Called by the first of the cards before it that calls it; the steps of one workflow follow each other. */
function placeOf({ id, rank }: Node, arrows: readonly Arrow[], before: readonly Node[]): Place {
  const callers = arrows.filter(({ to, kind }) => to === id && kind !== "network" && kind !== "data");
  const called = callers.flatMap(({ from, label }) => {
    const place = before.findIndex((node) => node.id === from);
    return place < 0 ? [] : [place + (/^\d+$/.test(label) ? Number(label) / 100 : 0.5)];
  });
  const idle = -arrows.filter(({ from, to }) => from === id || to === id).length;
  return { rank, called: Math.min(before.length, ...called), idle, id };
}

export const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function compare(one: Place, other: Place): number {
  return (
    one.rank - other.rank || one.called - other.called || one.idle - other.idle || byText(one.id, other.id)
  );
}

function comparePaths(one: readonly Place[], other: readonly Place[]): number {
  const differing = one.findIndex((place, index) => place.id !== other[index]?.id);
  const [a, b] = [one[differing], other[differing]];
  return a && b ? compare(a, b) : 0;
}
