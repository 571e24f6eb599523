import { expect, it } from "vitest";
import { commandOf } from "./keys.ts";

const press = (key: string, modifiers: Partial<Record<"ctrlKey" | "metaKey" | "altKey", boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

/** An element that is only what the test says: the first selector of a list that names it matches. */
const focusedOn = (kind: string) => ({
  matches: (selector: string) =>
    selector.split(", ").some((one) => one === kind || one.startsWith(`${kind}:not(`)),
});

it.each([
  [" ", { name: "toggle" }],
  ["K", { name: "toggle" }],
  ["m", { name: "mute" }],
  ["F", { name: "fullscreen" }],
  ["ArrowLeft", { name: "seek", bySeconds: -5 }],
  ["ArrowRight", { name: "seek", bySeconds: 5 }],
  ["ArrowUp", { name: "volume", by: 0.1 }],
  ["ArrowDown", { name: "volume", by: -0.1 }],
])("%j does %o", (key, command) => {
  expect(commandOf(press(key), null)).toEqual(command);
});

it("leaves the browser its own shortcuts", () => {
  expect(commandOf(press("f", { ctrlKey: true }), null)).toBeNull();
  expect(commandOf(press("ArrowLeft", { altKey: true }), null)).toBeNull();
  expect(commandOf(press("m", { metaKey: true }), null)).toBeNull();
  expect(commandOf(press("Tab"), null)).toBeNull();
});

it("leaves Space to a button that has the focus, and takes the other keys", () => {
  expect(commandOf(press(" "), focusedOn("button"))).toBeNull();
  expect(commandOf(press("m"), focusedOn("button"))).toEqual({ name: "mute" });
});

it("leaves every key to a question that has to be answered first", () => {
  expect(commandOf(press("m"), focusedOn("dialog *"))).toBeNull();
});

it("leaves every key to a menu", () => {
  expect(commandOf(press("ArrowDown"), focusedOn("select"))).toBeNull();
  expect(commandOf(press("f"), focusedOn("select"))).toBeNull();
});
