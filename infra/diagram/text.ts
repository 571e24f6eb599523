/** Widths of characters as shares of the font's size: of the widest sans-serif font that systems bring (DejaVu Sans). */
const NARROW = /[iljtfI.,:;'|!()[\]/ ]/;
const WIDE = /[mwMW@%×]/;
const CAPITAL = /[A-Z]/;
const BOLD = 1.09;

/** How wide a text is at most, in pixels: no font is asked, so that every machine draws the same picture. */
export function widthOf(text: string, size: number, weight: "normal" | "bold" = "normal"): number {
  let width = 0;
  for (const character of text)
    width += NARROW.test(character)
      ? 0.36
      : WIDE.test(character)
        ? 0.92
        : CAPITAL.test(character)
          ? 0.7
          : 0.61;
  return Math.ceil(width * size * (weight === "bold" ? BOLD : 1));
}
