import { tokenizeVTTCue, VTTCue, type VTTNode } from "media-captions";

/** Controls but the end of a line, and what is no character. Marks of direction stay: Arabic and Hebrew need them. */
const UNWRITABLE = /(?!\n)[\p{Cc}\ufeff\ufffe\uffff]/gu;

/** A `<` that no tag begins with: people write `a < b`. */
const STRAY = /<(?![a-z/\d])/gi;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** The colours that WebVTT knows without a style sheet. */
const COLOURS = new Set(["white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black"]);

/**
 * The text of a cue as players read it, with nothing in it but words, line breaks and WebVTT's own tags: whatever else
 * looks like markup is left out, and what remains of it is text.
 */
export function cleanCueText(text: string): string {
  const plain = text.toWellFormed().replace(/\r\n?/g, "\n").replace(UNWRITABLE, "").replace(STRAY, "&lt;");
  const written = tokenizeVTTCue(new VTTCue(0, 1, plain))
    .map(write)
    .join("");
  // An empty line would end the cue.
  return written
    .split("\n")
    .filter((line) => line.trim() !== "")
    .join("\n");
}

function write(node: VTTNode): string {
  if (node.type === "text") return escape(node.data);
  const inside = node.children.map(write).join("");
  switch (node.type) {
    case "b":
    case "i":
    case "u":
    case "ruby":
    case "rt":
      return `<${node.type}>${inside}</${node.type}>`;
    case "v":
      return `<v ${annotation(node.voice)}>${inside}</v>`;
    case "lang":
      return `<lang ${annotation(node.lang)}>${inside}</lang>`;
    case "c":
      return COLOURS.has(node.color ?? "") ? `<c.${node.color}>${inside}</c>` : inside;
    case "timestamp":
      return inside;
  }
}

function annotation(text: string | undefined): string {
  return escape((text ?? "").replace(/\s+/g, " ").trim());
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? "");
}
