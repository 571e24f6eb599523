import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { evaluateField, evaluateTemplate } from "./template.ts";

const bindings = {
  states: { input: { n: 2, list: [1, 2, 3], word: "lake" }, context: {} },
  variables: { depth: 7 },
};
const value = (template: Json) => evaluateTemplate(template, "Output", bindings);
const problem = async (template: Json) => {
  const error = await value(template).then(
    () => undefined,
    (error: unknown) => error as { message: string; location: string },
  );
  return error && { message: error.message, location: error.location };
};

describe("what is evaluated", () => {
  test("expressions, at any depth, in objects and lists", async () => {
    const template = {
      a: [1, { b: "{% $states.input.n + $depth %}" }, "{% $states.input.word %}"],
      c: "plain",
    };
    expect(await value(template)).toEqual({ a: [1, { b: 9 }, "lake"], c: "plain" });
  });

  test.each([" {% 1 %}", "{% 1 %} ", "$states.input", "States.Format('{}', 1)", "$$", "{%", "%}", ""])(
    "not the text %j",
    async (text) => {
      expect(await value({ "kept.$": text })).toEqual({ "kept.$": text });
    },
  );

  test.each([null, 0, false, "", [], {}, 1.5])("the literal %j stays as it is", async (literal) => {
    expect(await value(literal)).toEqual(literal);
  });

  test("an expression may bind names of its own, and give null", async () => {
    expect(await value("{% ($double := function($x) { $x * 2 }; $double(21)) %}")).toBe(42);
    expect(await value("{% $mine := 3 %}")).toBe(3);
    expect(await value("{% null %}")).toBeNull();
  });
});

describe("what fails", () => {
  test("nothing is not null: the field and the expression are named", async () => {
    expect(await problem({ ok: 1, list: [0, "{%  $gone.too  %}"] })).toEqual({
      message:
        "The JSONata expression '$gone.too' specified for the field 'Output/list[1]' returned nothing (undefined).",
      location: "Output/list[1]",
    });
  });

  test("an expression that throws is quoted with JSONata's code", async () => {
    expect((await problem("{% $unheardOf(1) %}"))?.message).toBe(
      "The JSONata expression '$unheardOf(1)' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    );
  });

  test("a function is no value", async () => {
    const expected = "returned an unsupported result type.";
    expect((await problem("{% $sum %}"))?.message).toContain(expected);
    expect((await problem("{% function($x) { $x } %}"))?.message).toContain(expected);
  });

  test("a field that needs a type says what it got", async () => {
    const check = (template: Json) => evaluateField("array", template, "Items", bindings);
    await expect(check("{% 1 %}")).rejects.toThrow(
      "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    );
    await expect(check("{% 'lake' %}")).rejects.toThrow(
      `Expected 'array', but was 'string' for value: "lake"`,
    );
    await expect(check("{% {'a': null} %}")).rejects.toThrow(
      `Expected 'array', but was 'object' for value: {"a":null}`,
    );
    await expect(check("{% null %}")).rejects.toThrow("Expected 'array', but was 'null' for value: null");
    await expect(check("{% true %}")).rejects.toThrow("Expected 'array', but was 'boolean' for value: true");
    expect(await check("{% [4] %}")).toEqual([4]);
  });

  test("an endless recursion is cut off", async () => {
    expect((await problem("{% ($f := function($x) { 1 + $f($x) }; $f(1)) %}"))?.message).toContain(
      "threw an error during evaluation",
    );
  });
});
