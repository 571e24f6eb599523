import { AAC, bars, bytes, build, ffmpegBytes, tone, words, X264 } from "./clips.ts";

/** Sources with captions in their pictures, and beside them, as broadcasts and editors leave them. */

const RATE = 25;
const NOTHING = "8080";
/** Before each unit of a stream; before the first of a picture there is a zero more, which may end the unit before. */
const START_CODE = "\0\0\x01";
const twice = (code: string) => [code, code];
const LOAD = [...twice("1420"), ...twice("142e"), ...twice("1470")];
const SHOW = twice("142f");
const ERASE = twice("142c");

/** Words, and the frames that they are shown from and erased at. */
export interface Said {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Pairs of bytes of the first channel, one for each frame: what is shown is loaded in the two seconds before. */
function pairsOf(said: readonly Said[], frames: number): string[] {
  const pairs = Array.from({ length: frames }, () => NOTHING);
  for (const { text, from, to } of said) {
    const letters = Buffer.from(text.length % 2 ? `${text}\0` : text, "latin1").toString("hex");
    const loading = [...LOAD, ...(letters.match(/..../g) ?? [])];
    pairs.splice(from - 2 * RATE, loading.length, ...loading);
    pairs.splice(from, 2, ...SHOW);
    pairs.splice(to, 2, ...ERASE);
  }
  return pairs.map(withParity);
}

/** Seven bits and an odd number of ones. */
function withParity(pair: string): string {
  const odd = (byte: number) => {
    const ones = (byte & 0x7f).toString(2).replaceAll("0", "").length;
    return (byte & 0x7f) | (ones % 2 ? 0 : 0x80);
  };
  return Buffer.from([...Buffer.from(pair, "hex")].map(odd)).toString("hex");
}

/** A message of ATSC A/53 part 4 in a unit of its own. Parity leaves no byte of it zero, so that no start code is seen in it. */
function unitOf(pair: string): Buffer {
  const user = `b500314741393403c1fffc${pair}ff`;
  return Buffer.from(`000000010604${(user.length / 2).toString(16).padStart(2, "0")}${user}80`, "hex");
}

/** A picture of two rungs with words in it, each pair of bytes in the frame that it is shown with. */
export async function talking(said: readonly Said[], seconds: number): Promise<string> {
  const pairs = pairsOf(said, seconds * RATE);
  // In the order of decoding, which is that of showing without B-frames.
  const video = await ffmpegBytes(words(`${bars("640x360", String(RATE), seconds)} ${X264} -bf 0 -f h264 -`));
  const units = video.toString("latin1").split(START_CODE).slice(1);
  let frame = 0;
  const written = units.flatMap((unit) => {
    const plain = Buffer.from(`\0\0\0\x01${unit}`, "latin1");
    const isPicture = [1, 5].includes(unit.charCodeAt(0) & 0x1f);
    return isPicture ? [unitOf(pairs[frame++] ?? NOTHING), plain] : [plain];
  });
  const stream = await bytes("talking.h264", Buffer.concat(written));
  return build("talking.mp4", `-f h264 -framerate ${RATE} -i ${stream} ${tone(seconds)} -c:v copy ${AAC}`);
}

/** The same words as a track of QuickTime, beside a picture without any. */
export async function withClosedTrack(said: readonly Said[], seconds: number): Promise<string> {
  const source = await talking(said, seconds);
  const inputs = `${bars("320x240", String(RATE), seconds)} -f lavfi -i movie=${source}[out+subcc]`;
  return build("closed.mov", `${inputs} -map 0:v -map 1:s -c:s copy ${X264}`);
}

/** What ffmpeg's own decoder reads of pictures, as WebVTT. */
export async function readByFfmpeg(file: string): Promise<string> {
  const text = await ffmpegBytes(words(`-v error -f lavfi -i movie=${file}[out+subcc] -map 0:s -f webvtt -`));
  return text.toString("utf8");
}
