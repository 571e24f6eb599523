import { ICONS } from "./icons.ts";
import type { Layout } from "./layout.ts";
import { legendOf } from "./legend.ts";
import { FONT } from "./measure.ts";
import type { Arrow, Frame, Node, Picture } from "./picture.ts";
import type { Box, Point } from "./place.ts";
import { escape, head, line, rect, round, text } from "./shapes.ts";
import { widthOf } from "./text.ts";
import { type Color, ICON_COLOR, LEGEND, styleSheet } from "./theme.ts";

const MARGIN = 18;
const TITLE_HEIGHT = 32;
const FONT_FAMILY = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/** The picture as an SVG file. Nothing in it comes from elsewhere: no fonts, no images, no scripts. */
export function svgOf(picture: Picture, layout: Layout): string {
  const legend = legendOf(picture, layout);
  const width = Math.ceil(layout.width) + 2 * MARGIN;
  const height = Math.ceil(Math.max(layout.height, legend.bottom)) + 2 * MARGIN + TITLE_HEIGHT;
  const boxed = <Drawn extends { id: string }>(
    items: readonly Drawn[],
    draw: (item: Drawn, box: Box) => string,
  ) =>
    items.flatMap((item) => {
      const box = layout.boxes.get(item.id);
      return box ? [draw(item, box)] : [];
    });
  const cards = picture.nodes.flatMap(({ id }) => layout.boxes.get(id) ?? []);
  const outerFirst = [...picture.frames].sort((one, other) => DEPTH[one.kind] - DEPTH[other.kind]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="${FONT_FAMILY}">`,
    `<title id="title">${escape(picture.title)}</title>`,
    `<style>${styleSheet()}</style>`,
    `<defs>${LEGEND.map(([kind]) => head(kind)).join("")}</defs>`,
    `<rect class="fill-paper stroke-border" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10"/>`,
    text(picture.title, MARGIN, MARGIN + 13, 14.5, "text", 'font-weight="600"'),
    `<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})">`,
    ...boxed(outerFirst, frame),
    ...layout.paths.map(({ arrow, points }) => line(arrow.kind, points)),
    ...boxed(picture.nodes, node),
    ...layout.paths.map(({ arrow, points }) => label(arrow, points, cards)),
    ...legend.drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const DEPTH = { vpc: 0, public: 1, private: 1, isolated: 1, group: 2 } as const;

function frame({ kind, title, note }: Frame, box: Box): string {
  const dashes = kind === "group" ? ' stroke-dasharray="3 3"' : "";
  const baseline = box.y + 19;
  const titled = text(title, box.x + 10, baseline, FONT.frame, "text", 'font-weight="600"');
  const noted =
    note === "" ? "" : text(note, box.x + box.width - 10, baseline, FONT.note, "muted", 'text-anchor="end"');
  return `${rect(box, 8, `fill-${kind} stroke-cardBorder`, dashes)}${titled}${noted}`;
}

function node({ icon, title, subtitle, tags }: Node, box: Box): string {
  const middle = box.y + box.height / 2;
  const drawing = `<path class="stroke-${ICON_COLOR[icon]}" d="${ICONS[icon]}" transform="translate(${round(box.x + 8)} ${round(middle - 11)}) scale(.92)" fill="none" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>`;
  return [
    rect(box, 7, "fill-card stroke-cardBorder"),
    drawing,
    text(title, box.x + 37, middle - 3, FONT.title, "text", 'font-weight="600"'),
    text(subtitle, box.x + 37, middle + 12, FONT.subtitle, "muted"),
    ...tagged(tags, box),
  ].join("");
}

const TAG_FONT = 9;

/** Short words on the upper edge of a card, from its right corner on. */
function tagged(tags: readonly string[], { x, y, width }: Box): string[] {
  let right = x + width - 6;
  return [...tags].reverse().map((tag) => {
    const own = Math.max(13, widthOf(tag, TAG_FONT) + 5);
    const box = { x: right - own, y: y - 6, width: own, height: 12 };
    right -= own + 2;
    const words = text(tag, box.x + own / 2, y + 3.2, TAG_FONT, "muted", 'text-anchor="middle"');
    return `${rect(box, 3, "fill-card stroke-cardBorder")}${words}`;
  });
}

/** The number of a step in a circle before the tip; other words beside the longest level part, where no card is. */
function label({ kind, label: value }: Arrow, points: readonly Point[], cards: readonly Box[]): string {
  if (value === "") return "";
  if (kind === "step" || kind === "failure") return badge(kind, value, points);
  const level = points
    .slice(1)
    .map((to, index) => ({ from: points[index] ?? to, to }))
    .filter(({ from, to }) => from.y === to.y)
    .sort((one, other) => Math.abs(other.to.x - other.from.x) - Math.abs(one.to.x - one.from.x));
  const width = widthOf(value, FONT.note);
  const spots = level.flatMap(({ from, to }) => {
    const x = (from.x + to.x) / 2;
    return [from.y - 4, from.y + 11].map((y) => ({ x, y }));
  });
  const isFree = ({ x, y }: Point) =>
    !cards.some((card) => overlap(card, { x: x - width / 2, y: y - 9, width, height: 11 }));
  const spot = spots.find(isFree);
  return spot ? text(value, spot.x, spot.y, FONT.note, kind, 'text-anchor="middle"') : "";
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function badge(kind: Color, value: string, points: readonly Point[]): string {
  const [before, tip] = points.slice(-2);
  if (!before || !tip) return "";
  const x = tip.x - Math.sign(tip.x - before.x) * 16;
  return `<circle class="fill-${kind}" cx="${round(x)}" cy="${round(tip.y)}" r="7"/>${text(value, x, tip.y + 3.3, 9.5, "paper", 'text-anchor="middle" font-weight="700"')}`;
}
