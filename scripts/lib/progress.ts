import { basename } from "node:path";
import { MultiBar, type SingleBar } from "cli-progress";
import type { Video } from "./telecine.ts";

/** Shows how far each file is: a bar each on a terminal, a line for each new phase elsewhere. */
export interface ProgressView {
  of(file: string): FileProgress;
  stop(): void;
}

export interface FileProgress {
  show(video: Video): void;
  /** It did not even become a video, or nothing can be learnt of it any more. */
  fail(code: string): void;
}

export function createProgress(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? bars(stream) : lines(stream);
}

const NAME_WIDTH = 28;

function bars(stream: NodeJS.WriteStream): ProgressView {
  const format = "  {name} [{bar}] {percentage} %  {state}";
  const all = new MultiBar({
    stream,
    format,
    hideCursor: true,
    barsize: 28,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    formatValue: (value, _options, type) =>
      type === "percentage" ? String(value).padStart(3) : String(value),
    gracefulExit: false,
    clearOnComplete: false,
  });
  return {
    of(file) {
      const bar: SingleBar = all.create(100, 0, { name: printable(file), state: "uploading" });
      const update = (percentage: number, state: string) => {
        bar.update(percentage, { state });
      };
      const reached = () => bar.getProgress() * 100;
      return {
        show: (video) => {
          update(video.progress === null ? reached() : Math.floor(video.progress * 100), describe(video));
        },
        fail: (code) => {
          update(reached(), `failed: ${code}`);
        },
      };
    },
    stop: () => {
      all.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream): ProgressView {
  return {
    of(file) {
      let last = "";
      const write = (text: string) => stream.write(`  ${printable(file).trimEnd()}: ${text}\n`);
      return {
        show: (video) => {
          const state = stateOf(video);
          if (state !== last) write(describe(video));
          last = state;
        },
        fail: (code) => {
          write(`failed: ${code}`);
        },
      };
    },
    stop: () => undefined,
  };
}

/** What a new line is worth: a new phase, that it can be played now, or its end. */
function stateOf({ status, phase }: Video): string {
  return status === "processing" || status === "playable" ? `${phase}, ${status}` : status;
}

function describe({ status, phase, speed, etaSeconds, error }: Video): string {
  if (status === "failed") return `failed: ${error?.code ?? "unknown"}`;
  if (status !== "processing" && status !== "playable") return status === "waiting" ? phase : status;
  const details = [
    speed ? `${speed.toFixed(1)}x` : "",
    etaSeconds !== null && etaSeconds >= 1 ? `${Math.round(etaSeconds)} s left` : "",
  ].filter(Boolean);
  return [phase, ...(status === "playable" ? ["playable"] : []), ...details].join(", ");
}

/** A name of one width without anything that a terminal would obey: file names are strangers' strings. */
export function printable(file: string): string {
  const characters = [...new Intl.Segmenter().segment(basename(file))].map(({ segment }) =>
    segment.replace(/\p{C}/gu, (hidden) => (hidden === "\u200d" ? hidden : "?")),
  );
  const isTooLong = width(characters) > NAME_WIDTH;
  while (width(characters) > NAME_WIDTH - (isTooLong ? 1 : 0)) characters.pop();
  const name = characters.join("") + (isTooLong ? "…" : "");
  return name + " ".repeat(NAME_WIDTH - width(characters) - (isTooLong ? 1 : 0));
}

/** East Asian characters and emoji take two columns of a terminal. */
const WIDE =
  /^(\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f\uff01-\uff60])/u;

function width(characters: readonly string[]): number {
  return characters.reduce((columns, character) => columns + (WIDE.test(character) ? 2 : 1), 0);
}
