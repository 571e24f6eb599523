import type { Box, Point } from "./place.ts";
import type { ArrowKind } from "./picture.ts";
import type { Color } from "./theme.ts";

export const escape = (value: string) =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
export const round = (value: number) => Math.round(value * 10) / 10;

/** Words, from their left end on the base line. */
export function text(value: string, x: number, y: number, size: number, color: Color, more = ""): string {
  return `<text class="fill-${color}" x="${round(x)}" y="${round(y)}" font-size="${size}"${more ? ` ${more}` : ""}>${escape(value)}</text>`;
}

export function rect({ x, y, width, height }: Box, radius: number, classes: string, more = ""): string {
  return `<rect class="${classes}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"${more}/>`;
}

/** The head of a kind of arrow. */
export const head = (kind: Color) =>
  `<marker id="${kind}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="fill-${kind}" d="M0 .6 8 4 0 7.4Z"/></marker>`;

const CORNER = 5;

/** An arrow of a kind along its corners. */
export function line(kind: ArrowKind, points: readonly Point[]): string {
  const dashes = kind === "failure" ? ' stroke-dasharray="4 3"' : "";
  return `<path class="stroke-${kind}" d="${rounded(points)}" fill="none" stroke-width="1.4" marker-end="url(#${kind})"${dashes}/>`;
}

/** A way along the points with round corners. */
function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  for (const [index, point] of rest.entries()) {
    const before = points[index] ?? point;
    const after = rest[index + 1];
    if (!after) {
      parts.push(`L${round(point.x)} ${round(point.y)}`);
      continue;
    }
    const from = toward(point, before);
    const to = toward(point, after);
    parts.push(
      `L${round(from.x)} ${round(from.y)}Q${round(point.x)} ${round(point.y)} ${round(to.x)} ${round(to.y)}`,
    );
  }
  return parts.join("");
}

/** The point so far from a corner towards another that the corner can be rounded. */
function toward(corner: Point, other: Point): Point {
  const distance = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = distance === 0 ? 0 : Math.min(CORNER, distance / 2) / distance;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}
