import { FRAME_HEADER, FRAME_PADDING, headerWidth } from "./measure.ts";
import type { Arrow, Picture } from "./picture.ts";
import { type Box, place, type Point } from "./place.ts";

/** Where everything is, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Cards and frames. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** An arrow's corners, from the box it leaves to the box it points at. */
  readonly paths: readonly { readonly arrow: Arrow; readonly points: readonly Point[] }[];
}

/** Places a picture: its cards and arrows by ELK, its frames around what is in them. */
export async function layoutOf(picture: Picture): Promise<Layout> {
  const { cards, paths } = await place(picture);
  const boxes = new Map([...cards, ...framesAround(picture, cards)]);
  const all = [...boxes.values()];
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const move = <At extends Point>(at: At): At => ({ ...at, x: at.x - left, y: at.y - top });
  const moved = new Map([...boxes].map(([id, box]) => [id, move(box)]));
  return {
    width: Math.max(...all.map(({ x, width }) => x + width)) - left,
    height: Math.max(...all.map(({ y, height }) => y + height)) - top,
    boxes: moved,
    paths: paths.map(({ arrow, points }) => ({
      arrow,
      points: reach(points.map(move), moved.get(arrow.from), moved.get(arrow.to)),
    })),
  };
}

/** Innermost first, each around its cards and the frames in it. */
function framesAround({ nodes, frames }: Picture, cards: ReadonlyMap<string, Box>): Map<string, Box> {
  const found = new Map<string, Box>();
  const boxOf = (id: string): Box => {
    const known = cards.get(id) ?? found.get(id);
    if (known) return known;
    const { title, note } = frames.find((frame) => frame.id === id) ?? { title: "", note: "" };
    const inside = [...nodes, ...frames].filter(({ frame }) => frame === id).map((part) => boxOf(part.id));
    const x = Math.min(...inside.map((box) => box.x)) - FRAME_PADDING;
    const y = Math.min(...inside.map((box) => box.y)) - FRAME_HEADER;
    const right = Math.max(
      ...inside.map((box) => box.x + box.width + FRAME_PADDING),
      x + headerWidth(title, note),
    );
    const bottom = Math.max(...inside.map((box) => box.y + box.height)) + FRAME_PADDING;
    const box = { x, y, width: right - x, height: bottom - y };
    found.set(id, box);
    return box;
  };
  for (const { id } of frames) boxOf(id);
  return found;
}

/** Continues an arrow, level at both ends, to the borders of its boxes. */
function reach(points: readonly Point[], from: Box | undefined, to: Box | undefined): Point[] {
  const border = (box: Box, { x, y }: Point): Point => ({
    x: Math.abs(x - box.x) < Math.abs(x - box.x - box.width) ? box.x : box.x + box.width,
    y,
  });
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || !from || !to) return [...points];
  return [border(from, first), ...points.slice(1, -1), border(to, last)];
}
