import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { layoutOf } from "./layout.ts";
import { pictureOf } from "./read.ts";
import { svgOf } from "./svg.ts";

/** Draws the architecture that a graph declares, as an SVG file. One graph gives the same bytes everywhere. */
export async function draw(graph: Graph): Promise<string> {
  const picture = pictureOf(graph);
  return svgOf(picture, await layoutOf(picture));
}
