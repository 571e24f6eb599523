import { basename } from "node:path";
import { MultiBar, type SingleBar } from "cli-progress";
import type { Video } from "./telecine.ts";

/** Shows how far each file is: a bar each on a terminal, a line for each new phase elsewhere. */
export interface ProgressView {
  of(file: string): (video: Video) => void;
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? bars(stream) : lines(stream);
}

const NAME_WIDTH = 28;

function bars(stream: NodeJS.WriteStream): ProgressView {
  const format = `  {name} [{bar}] {percentage} %  {state}`;
  const all = new MultiBar({
    stream,
    format,
    hideCursor: true,
    barsize: 28,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    gracefulExit: false,
    clearOnComplete: false,
  });
  return {
    of(file) {
      const bar: SingleBar = all.create(100, 0, { name: printable(file), state: "uploading" });
      return (video) => {
        bar.update(video.progress === null ? bar.getProgress() * 100 : Math.floor(video.progress * 100), {
          state: describe(video),
        });
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
      return (video) => {
        const state = video.status === "processing" ? video.phase : video.status;
        if (state !== last) stream.write(`  ${printable(file).trimEnd()}: ${describe(video)}\n`);
        last = state;
      };
    },
    stop: () => undefined,
  };
}

function describe({ status, phase, speed, etaSeconds, error }: Video): string {
  if (status === "failed") return `failed: ${error?.code ?? "unknown"}`;
  if (status !== "processing") return status === "waiting" ? phase : status;
  const details = [
    speed ? `${speed.toFixed(1)}x` : "",
    etaSeconds !== null && etaSeconds >= 1 ? `${Math.round(etaSeconds)} s left` : "",
  ].filter(Boolean);
  return [phase, ...details].join(", ");
}

/** A name of one width without anything that a terminal would obey: file names are strangers' strings. */
function printable(file: string): string {
  const name = basename(file).replace(/\p{C}/gu, "?");
  return (name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name).padEnd(NAME_WIDTH);
}
