/** Rows as columns of text. The first column is left-aligned, and so is every other whose heading says so. */
export interface Column {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/** A table of text: headings, a rule, and the rows. Columns are as wide as what is in them. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, index) =>
    Math.max(...[headings, ...rows].map((row) => widthOf(row[index]))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align = "left" }, index) => pad(cells[index] ?? "", widths[index] ?? 0, align))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(headings), rule, ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const blanks = " ".repeat(Math.max(width - widthOf(text), 0));
  return align === "left" ? text + blanks : blanks + text;
}

/** What is written here has no character outside of the first plane, and so one unit for each. */
function widthOf(text = ""): number {
  return text.length;
}
