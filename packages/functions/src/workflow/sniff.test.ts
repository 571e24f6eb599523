import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { SNIFF_BYTES, sniffForeign } from "./sniff.ts";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
  );

test.each([
  ["a text file", bytes("Just some words.\n"), "a text file"],
  [
    "text in UTF-8 that is cut within a character",
    Buffer.from("é".repeat(3000)).subarray(0, 4099),
    "a text file",
  ],
  ["an HLS playlist", bytes("#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n"), "a text file"],
  [
    "a PNG",
    bytes([0x89], "PNG\r\n", [0x1a], "\n", [0, 0, 0, 13], "IHDR", new Array<number>(30).fill(0)),
    "image/png",
  ],
  ["a JPEG", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], "JFIF"), "image/jpeg"],
  ["a ZIP archive", bytes("PK", [3, 4], new Array<number>(60).fill(0)), "application/zip"],
  ["a PDF", bytes("%PDF-1.7\n", [0xe2, 0xe3]), "application/pdf"],
  ["a program", bytes([0x7f], "ELF", new Array<number>(60).fill(0)), "application/x-elf"],
  ["SVG", bytes('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>'), "xml"],
])("%s is refused", async (_name, start, words) => {
  expect(await sniffForeign(start)).toContain(words);
});

test.each([
  ["MP4", bytes([0, 0, 0, 24], "ftypisom", [0, 0, 2, 0], "isomiso2")],
  ["QuickTime", bytes([0, 0, 0, 20], "ftypqt  ", [0, 0, 2, 0], "qt  ")],
  ["sound in MP4", bytes([0, 0, 0, 24], "ftypM4A ", [0, 0, 2, 0], "M4A ")],
  [
    "Matroska",
    bytes([0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82, 0x88], "matroska", new Array<number>(20).fill(0)),
  ],
  ["AVI", bytes("RIFF", [0, 1, 0, 0], "AVI LIST")],
  ["Ogg", bytes("OggS", new Array<number>(24).fill(0), [0x80], "theora", new Array<number>(20).fill(0))],
  ["Flash video", bytes("FLV", [1, 5, 0, 0, 0, 9, 0, 0, 0, 0])],
  [
    "Windows Media",
    bytes([0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9], new Array<number>(60).fill(0)),
  ],
  ["MPEG program stream", bytes([0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1])],
  ["bytes that nobody knows", bytes([1, 2, 3, 250, 251, 0, 17])],
  ["an MP4 whose boxes begin with another", bytes([0, 0, 0, 8], "wide", [0, 0, 0, 8], "mdat")],
  ["UTF-16 text, which is in doubt", bytes([0xff, 0xfe], "a\0b\0c\0")],
])("%s is left to ffprobe", async (_name, start) => {
  expect(await sniffForeign(start)).toBeNull();
});

test("no beginning of a file makes it throw", async () => {
  const self = await readFile(new URL(import.meta.url));
  for (let n = 1; n < 400; n += 1) {
    const noise = Buffer.from(
      self.subarray(n, n + SNIFF_BYTES).map((byte, index) => (byte * (n + index)) % 256),
    );
    expect(["string", "object"]).toContain(typeof (await sniffForeign(noise)));
  }
});
