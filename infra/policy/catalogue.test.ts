import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES } from "./catalogue.ts";
import { TYPE } from "./types.ts";

/** The catalogue's own numbers and gates; a rule of several gates has its heaviest. */
const GATES = {
  B: [
    ...[
      "P01",
      "P02",
      "P03",
      "P04",
      "P05",
      "P11",
      "P13",
      "P15",
      "P16",
      "P17",
      "P20",
      "P22",
      "P23",
      "P24",
      "P25",
    ],
    ...[
      "P26",
      "P27",
      "P28",
      "P29",
      "P30",
      "P31",
      "P32",
      "P33",
      "P34",
      "P36",
      "P37",
      "P38",
      "P39",
      "P40",
      "P42",
    ],
    ...[
      "P45",
      "P46",
      "P47",
      "P48",
      "P49",
      "P50",
      "P52",
      "P53",
      "P54",
      "P55",
      "P57",
      "P58",
      "P60",
      "P61",
      "P62",
    ],
    ...["P63", "P64", "P66", "P67", "P68", "P69", "P71", "P72", "P73", "P74", "P75", "P76", "P77"],
  ],
  W: ["P06", "P07", "P08", "P09", "P10", "P14", "P18", "P35", "P41", "P44", "P56", "P59", "P65"],
  X: ["P12", "P19", "P21", "P43", "P51", "P70", "P78"],
};

describe("the rules", () => {
  it("are P01 to P78, each once", () => {
    const numbers = Array.from({ length: 78 }, (_, index) => `P${String(index + 1).padStart(2, "0")}`);
    expect(RULES.map(({ id }) => id)).toEqual(numbers);
  });

  it("have the catalogue's gates", () => {
    for (const [gate, ids] of Object.entries(GATES))
      expect(RULES.filter((rule) => rule.gate === gate).map(({ id }) => id)).toEqual(ids);
  });

  it("say what they are for, where they come from and what they look at", () => {
    for (const { id, title, sources, resources } of RULES) {
      expect({ id, title }).toEqual({ id, title: expect.stringMatching(/^[A-Z].{15,}[^.]$/) as string });
      expect({ id, sources: sources.length, resources: resources.length }).not.toMatchObject({ sources: 0 });
      expect(resources, id).not.toEqual([]);
    }
  });

  it("name types that the pinned provider has: a misspelled one would be a rule that looks at nothing", () => {
    const provider = `${import.meta.dirname}/../../.sst/platform/node_modules/@pulumi/aws`;
    for (const type of Object.values(TYPE).filter((one) => one.startsWith("aws:"))) {
      const [, path] = type.split(":");
      expect(readFileSync(`${provider}/${path}.js`, "utf8")).toContain(`'${type}'`);
    }
  });
});
