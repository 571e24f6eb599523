import type { ArrowKind, Icon } from "./picture.ts";

type Shades = readonly [light: string, dark: string];

/** Every colour of the picture, for a light page and a dark one. */
const COLORS = {
  paper: ["#ffffff", "#0d1117"],
  border: ["#d8dee4", "#30363d"],
  text: ["#1f2328", "#e6edf3"],
  muted: ["#59636e", "#9198a1"],
  card: ["#ffffff", "#161b22"],
  cardBorder: ["#c4ccd4", "#3d444d"],
  vpc: ["#f6f8fa", "#10151c"],
  public: ["#eaf6ec", "#12261a"],
  private: ["#eaf2fd", "#111f33"],
  isolated: ["#f4eefc", "#1f1830"],
  group: ["#ffffff", "#0d1117"],
  request: ["#0b66d0", "#58a6ff"],
  event: ["#b45309", "#e3a03c"],
  step: ["#7c3aed", "#b392f0"],
  failure: ["#cf222e", "#ff7b72"],
  data: ["#1a7f4b", "#4ac082"],
  network: ["#6e7781", "#8b949e"],
} as const satisfies Record<string, Shades>;

export type Color = keyof typeof COLORS;

/** What each colour of arrow means. */
export const LEGEND: readonly (readonly [kind: ArrowKind, meaning: string])[] = [
  ["request", "requests"],
  ["event", "events, and executions they start"],
  ["step", "steps of the workflow, in order"],
  ["failure", "when a step fails"],
  ["data", "objects read and written"],
  ["network", "allowed connections, and the way out"],
];

/** Icons have the colour of what they do. */
export const ICON_COLOR: Readonly<Record<Icon, Color>> = {
  people: "muted",
  edge: "request",
  api: "request",
  bucket: "data",
  workflow: "step",
  clock: "event",
  topic: "event",
  function: "step",
  container: "step",
  database: "request",
  cache: "failure",
  files: "data",
  nat: "network",
  endpoint: "network",
};

/** Style sheet of the picture: classes `fill-NAME` and `stroke-NAME`, in the shades of the reader's colour scheme. */
export function styleSheet(): string {
  const rules = (shade: 0 | 1) =>
    Object.entries(COLORS).map(
      ([name, shades]) => `.fill-${name}{fill:${shades[shade]}}.stroke-${name}{stroke:${shades[shade]}}`,
    );
  return [...rules(0), `@media (prefers-color-scheme:dark){${rules(1).join("")}}`].join("\n");
}
