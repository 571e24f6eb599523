import { expect, test } from "vitest";
import { readXml, writeXml } from "./xml.ts";

test("arrays repeat their element, undefined leaves it out, and the root has the namespace", () => {
  const content = { Name: "a", Empty: undefined, Item: [{ Key: "x" }, { Key: 1 }], IsTruncated: false };
  expect(writeXml("List", content, "http://example.com/")).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<List xmlns="http://example.com/"><Name>a</Name><Item><Key>x</Key></Item>' +
      "<Item><Key>1</Key></Item><IsTruncated>false</IsTruncated></List>",
  );
});

test.each(["<&>\"'", "a\r\nb\tc", " two  blanks ", "ü 漢字 🎬", "&amp;", "]]>"])(
  "the text %j survives being written and read",
  (text) => {
    const root = readXml(writeXml("Root", { Key: text }), "Root");
    expect(root.text("Key")).toBe(text);
  },
);

test("children of one name are found whether there is one of them or many", () => {
  const read = (text: string) =>
    readXml(text, "Delete")
      .all("Object")
      .map((object) => object.text("Key"));
  expect(read("<Delete><Object><Key>a</Key></Object></Delete>")).toEqual(["a"]);
  expect(read('<Delete xmlns="x"><Object><Key>a</Key></Object><Object><Key/></Object></Delete>')).toEqual([
    "a",
    "",
  ]);
  expect(read("<Delete></Delete>")).toEqual([]);
});

test.each([
  ["has another root", "<Other></Other>"],
  ["breaks off", "<Delete><Object><Key>a</Key>"],
  ["is no XML", "{}"],
  ["refers to a control character", "<Delete><Object><Key>a&#x1;</Key></Object></Delete>"],
  ["declares entities", '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object>&b;</Object></Delete>'],
])("a document that %s is refused", (_, text) => {
  expect(() => readXml(text, "Delete")).toThrow(SyntaxError);
});
