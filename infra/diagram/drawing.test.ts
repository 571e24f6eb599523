import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { graphOf } from "../graph.ts";
import { draw } from "./draw.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { FONT } from "./measure.ts";
import type { Picture } from "./picture.ts";
import type { Box } from "./place.ts";
import { pictureOf } from "./read.ts";
import { widthOf } from "./text.ts";

it("docs/architecture.svg is what production looks like; if not, draw it with `npm run diagram`", async () => {
  const kept = readFileSync(`${import.meta.dirname}/../../docs/architecture.svg`, "utf8");
  expect(kept === (await draw(await graphOf("production")))).toBe(true);
});

it("one graph is drawn in one way, in whatever order its resources were registered", async () => {
  const graph = await graphOf("production");
  const backwards = {
    ...graph,
    resources: graph.resources.toReversed(),
    functions: graph.functions.toReversed(),
  };
  expect((await draw(backwards)) === (await draw(graph))).toBe(true);
});

describe.each([
  ["production", false],
  ["x", false],
  ["x", true],
])("the drawing of stage %s (sst dev: %s)", (stage, dev) => {
  let picture: Picture;
  let layout: Layout;

  beforeAll(async () => {
    picture = pictureOf(await graphOf(stage, { dev }));
    layout = await layoutOf(picture);
  });

  const boxOf = (id: string): Box => {
    const box = layout.boxes.get(id);
    if (!box) throw new Error(`"${id}" has no place.`);
    return box;
  };

  it("places every card and frame, with no card on another", () => {
    const cards = picture.nodes.map(({ id }) => boxOf(id));
    for (const box of [...cards, ...picture.frames.map(({ id }) => boxOf(id))]) {
      expect([box.x, box.y, box.width, box.height].every(Number.isFinite)).toBe(true);
      expect(box.x >= 0 && box.y >= 0).toBe(true);
      expect(box.x + box.width <= layout.width && box.y + box.height <= layout.height).toBe(true);
    }
    const overlaps = cards.filter((one, index) =>
      cards.slice(index + 1).some((other) => overlap(one, other)),
    );
    expect(overlaps).toEqual([]);
  });

  it("has each frame around what is in it, and around nothing else", () => {
    const parts = [...picture.nodes, ...picture.frames];
    const isInside = (frame: string, id: string | undefined): boolean =>
      id !== undefined && (id === frame || isInside(frame, parts.find((part) => part.id === id)?.frame));
    for (const frame of picture.frames) {
      for (const part of parts) {
        if (part.id === frame.id || isInside(part.id, frame.id)) continue;
        const expected = isInside(frame.id, part.frame) ? "inside" : "outside";
        expect(`${part.title} ${relation(boxOf(part.id), boxOf(frame.id))} ${frame.title}`).toBe(
          `${part.title} ${expected} ${frame.title}`,
        );
      }
    }
  });

  it("has arrows with right angles from box to box, and no arrow across a card", () => {
    expect(layout.paths).toHaveLength(picture.arrows.length);
    for (const { arrow, points } of layout.paths) {
      const ends = [points[0], points.at(-1)];
      expect(ends.map((end, index) => onBorder(end, boxOf(index === 0 ? arrow.from : arrow.to)))).toEqual([
        true,
        true,
      ]);
      for (const [index, to] of points.slice(1).entries()) {
        const from = points[index] ?? to;
        expect(from.x === to.x || from.y === to.y).toBe(true);
        const way = {
          x: Math.min(from.x, to.x),
          y: Math.min(from.y, to.y),
          width: Math.abs(from.x - to.x),
          height: Math.abs(from.y - to.y),
        };
        const crossed = picture.nodes.filter(
          ({ id }) => id !== arrow.from && id !== arrow.to && overlap(way, boxOf(id)),
        );
        expect(crossed.map(({ title }) => title)).toEqual([]);
      }
    }
  });

  it("has room for every word", () => {
    for (const { id, title, subtitle } of picture.nodes) {
      const words = Math.max(widthOf(title, FONT.title, "bold"), widthOf(subtitle, FONT.subtitle));
      expect(words + 37).toBeLessThanOrEqual(boxOf(id).width);
    }
    for (const { id, title, note } of picture.frames)
      expect(widthOf(title, FONT.frame, "bold") + widthOf(note, FONT.note) + 20).toBeLessThanOrEqual(
        boxOf(id).width,
      );
  });

  it("is the same when it is drawn again, and no wider than a page", async () => {
    expect(await layoutOf(picture)).toEqual(layout);
    expect(layout.width).toBeLessThan(1050);
  });

  it("needs nothing from elsewhere", async () => {
    const svg = await draw(await graphOf(stage, { dev }));
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|href|@import|@font-face|<script|<image/,
    );
  });
});

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function relation(part: Box, frame: Box): string {
  if (!overlap(part, frame)) return "outside";
  const isWithin =
    part.x >= frame.x &&
    part.y >= frame.y &&
    part.x + part.width <= frame.x + frame.width &&
    part.y + part.height <= frame.y + frame.height;
  return isWithin ? "inside" : "across the border of";
}

/** On the left or right side of a box, between its corners. */
function onBorder(end: { x: number; y: number } | undefined, { x, y, width, height }: Box): boolean {
  if (!end) return false;
  return (end.x === x || end.x === x + width) && end.y >= y && end.y <= y + height;
}
