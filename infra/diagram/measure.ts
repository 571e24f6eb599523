import type { Frame, Node, Picture } from "./picture.ts";
import { widthOf } from "./text.ts";

/** Sizes in pixels. */
export const FONT = { title: 12.5, subtitle: 10.5, frame: 11.5, note: 9.5 } as const;
export const CARD_HEIGHT = 42;
const ICON_SPACE = 38;
const RIGHT_SPACE = 6;
const LEAST_WIDTH = 104;

/** Around what is in a frame, and above it, where the frame's title is. */
export const FRAME_PADDING = 9;
export const FRAME_HEADER = 28;

/** One width for all cards of a column: what the longest of their texts needs. */
export function cardWidths(nodes: readonly Node[]): Map<number, number> {
  const widths = new Map<number, number>();
  for (const { column, title, subtitle } of nodes) {
    const text = Math.max(widthOf(title, FONT.title, "bold"), widthOf(subtitle, FONT.subtitle));
    widths.set(column, Math.max(widths.get(column) ?? LEAST_WIDTH, ICON_SPACE + text + RIGHT_SPACE));
  }
  return widths;
}

/** What the words above a frame need: its title on the left, a note on the right. */
export function headerWidth(title: string, note: string): number {
  return widthOf(title, FONT.frame, "bold") + widthOf(note, FONT.note) + 20 + (note === "" ? 0 : 12);
}

/** The frames of a picture, and what they are around. */
export interface Nesting {
  /** The frames around a card or frame, innermost first. */
  readonly around: (frame: string | undefined) => readonly string[];
  /** The cards in a frame, those of frames inside it included. */
  readonly inside: (frame: string) => readonly Node[];
}

export function nestingOf({ nodes, frames }: Pick<Picture, "nodes" | "frames">): Nesting {
  const byId = new Map<string, Frame>(frames.map((frame) => [frame.id, frame]));
  const around = (id: string | undefined): string[] => {
    const own = id === undefined ? undefined : byId.get(id);
    return own ? [own.id, ...around(own.frame)] : [];
  };
  return { around, inside: (id) => nodes.filter(({ frame }) => around(frame).includes(id)) };
}
