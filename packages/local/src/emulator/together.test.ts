import { expect, it } from "vitest";
import type { Running } from "./emulator.ts";
import { together } from "./together.ts";

const server = (ended: string[], name: string): Running => ({ stop: async () => void ended.push(name) });

it("servers that start together stop together", async () => {
  const ended: string[] = [];
  const all = await together([Promise.resolve(server(ended, "a")), Promise.resolve(server(ended, "b"))]);
  await all.stop();
  expect(ended).toEqual(["a", "b"]);
});

it("a server that fails leaves none of the others running, also one that becomes ready later", async () => {
  const ended: string[] = [];
  const later = new Promise<Running>((resolve) => {
    setImmediate(() => {
      resolve(server(ended, "late"));
    });
  });
  await expect(together([Promise.reject(new Error("no port")), later])).rejects.toThrow("no port");
  expect(ended).toEqual(["late"]);
});
