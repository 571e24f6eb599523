import type { Layout } from "./layout.ts";
import { FONT } from "./measure.ts";
import type { Picture } from "./picture.ts";
import { line, text } from "./shapes.ts";
import { widthOf } from "./text.ts";
import { LEGEND } from "./theme.ts";

const LEGEND_LINE = 18;
const LEGEND_WIDTH = 290;

/** What colours and tags mean and what else there is, in the lower left corner, below the cards that are there. */
export function legendOf(
  { beside }: Picture,
  { boxes, height }: Layout,
): { drawn: string[]; bottom: number } {
  const words = wrap(
    `Also there: ${beside.join(", ")}. On the edge of a card: its port and the zones it is in.`,
    LEGEND_WIDTH,
  );
  const needed = (LEGEND.length + words.length) * LEGEND_LINE;
  const above = [...boxes.values()]
    .filter(({ x }) => x < LEGEND_WIDTH)
    .map(({ y, height: tall }) => y + tall);
  const top = Math.max(height - needed, Math.max(...above) + LEGEND_LINE);
  const samples = LEGEND.map(([kind, meaning], index) => {
    const y = top + index * LEGEND_LINE;
    const arrow = line(kind, [
      { x: 0, y: y + 8 },
      { x: 26, y: y + 8 },
    ]);
    return `${arrow}${text(meaning, 36, y + 12, FONT.subtitle, "muted")}`;
  });
  const also = words.map((part, index) =>
    text(part, 0, top + (LEGEND.length + index) * LEGEND_LINE + 14, FONT.subtitle, "muted"),
  );
  return { drawn: [...samples, ...also], bottom: top + needed };
}

/** Words in lines that are no wider than this. */
function wrap(sentence: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && widthOf(longer, FONT.subtitle) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
