import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs/lib/elk.bundled.js";
import { CARD_HEIGHT, cardWidths, FRAME_HEADER, FRAME_PADDING, type Nesting } from "./measure.ts";
import type { Arrow, Node, Picture } from "./picture.ts";

/** Between cards, in pixels. */
export const SPACING = 10;

type Side = "EAST" | "WEST";

/** What is given to ELK. */
interface Plan {
  readonly children: ElkNode[];
  readonly edges: ElkExtendedEdge[];
  /** Arrows that are laid out from their tip to their tail. */
  readonly reversed: ReadonlySet<Arrow>;
}

/** Cards, doors and arrows as nodes and edges of layers that lead from left to right. */
export function planOf(picture: Picture, nesting: Nesting): Plan {
  const { nodes, arrows } = picture;
  const ports = new Map<string, Map<string, ElkPort>>();
  const doors = new Map<string, ElkNode>();
  const edges: ElkExtendedEdge[] = [];
  const reversed = new Set<Arrow>();

  const portOf = (card: string, name: string, side: Side): string => {
    const own = ports.get(card) ?? new Map<string, ElkPort>();
    const id = `${card} ${name} ${side}`;
    ports.set(card, own.set(id, { id, width: 0, height: 0, layoutOptions: { "elk.port.side": side } }));
    return id;
  };
  /** Where arrows of one kind meet a card or a frame: they share a trunk. */
  const meet = (id: string, name: string, side: Side): string => {
    const members = nesting.inside(id);
    const member = members[Math.floor(members.length / 2)];
    if (!member) return portOf(id, name, side);
    const door = `${id} ${name} ${side}`;
    if (doors.has(door)) return door;
    const layer = 2 * member.column + (side === "EAST" ? 1 : -1);
    doors.set(door, { id: door, width: 1, height: 1, layoutOptions: partition(layer) });
    const port = portOf(member.id, "door", side);
    const [source, target] = side === "EAST" ? [port, door] : [door, port];
    edges.push({ id: `to ${door}`, sources: [source], targets: [target], layoutOptions: STRAIGHT });
    return door;
  };
  const columnOf = (id: string) =>
    (nodes.find((node) => node.id === id) ?? nesting.inside(id)[0])?.column ?? 0;

  for (const [index, arrow] of arrows.entries()) {
    const isBackward = columnOf(arrow.from) > columnOf(arrow.to);
    if (isBackward) reversed.add(arrow);
    const tail = meet(arrow.from, `${arrow.kind} out`, isBackward ? "WEST" : "EAST");
    const tip = meet(arrow.to, `${arrow.kind} in`, isBackward ? "EAST" : "WEST");
    const [source, target] = isBackward ? [tip, tail] : [tail, tip];
    edges.push({ id: String(index), sources: [source], targets: [target] });
  }
  return { children: [...cardsOf(picture, nesting, ports), ...doors.values()], edges, reversed };
}

const STRAIGHT = { "elk.layered.priority.straightness": "20", "elk.layered.priority.direction": "20" };
const partition = (layer: number) => ({ "elk.partitioning.partition": String(layer) });

/** The cards, column by column, and between them what keeps room for the frames that end and begin there. */
function cardsOf(picture: Picture, nesting: Nesting, ports: Map<string, Map<string, ElkPort>>): ElkNode[] {
  const widths = cardWidths(picture.nodes);
  const children: ElkNode[] = [];
  let before: Node | undefined;
  for (const node of picture.nodes) {
    const { id, column } = node;
    const room = roomAbove(before?.column === column ? before : undefined, node, nesting);
    if (room > 0)
      children.push({
        id: `above ${id}`,
        width: 1,
        height: Math.max(1, room - SPACING),
        layoutOptions: partition(2 * column),
      });
    const { left, right } = roomBeside(node, picture, nesting);
    children.push({
      id,
      width: (widths.get(column) ?? 0) + left + right,
      height: CARD_HEIGHT,
      ports: [...(ports.get(id)?.values() ?? [])],
      layoutOptions: { ...partition(2 * column), "elk.portConstraints": "FIXED_SIDE" },
    });
    before = node;
  }
  return children;
}

/** For the frames that end below one card, and those that begin above the next. */
function roomAbove(before: Node | undefined, { frame }: Node, { around }: Nesting): number {
  const earlier = around(before?.frame);
  const later = around(frame);
  const ending = earlier.filter((id) => !later.includes(id));
  const beginning = later.filter((id) => !earlier.includes(id));
  return ending.length * FRAME_PADDING + beginning.length * FRAME_HEADER;
}

/** For the frames whose left and right borders are beside this column: as many as the deepest of its cards has. */
export function roomBeside(
  { column }: Node,
  { nodes }: Picture,
  { around, inside }: Nesting,
): { left: number; right: number } {
  const borders = (isBeyond: (other: Node) => boolean) =>
    Math.max(
      ...nodes
        .filter((node) => node.column === column)
        .map(({ frame }) => around(frame).filter((id) => !inside(id).some(isBeyond)).length),
    );
  return {
    left: FRAME_PADDING * borders((other) => other.column < column),
    right: FRAME_PADDING * borders((other) => other.column > column),
  };
}
