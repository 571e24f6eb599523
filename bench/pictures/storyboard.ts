/** One cue of a storyboard's WebVTT: when, and which part of which sheet. */
export interface Tile {
  readonly startSeconds: number;
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const CUE = /(\d+):(\d+):([\d.]+) --> .*\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

/** Reads what players read of it. */
export function parseStoryboard(vtt: string): Tile[] {
  return [...vtt.matchAll(CUE)].map(([, hours, minutes, seconds, sheet = "", ...place]) => {
    const [x = 0, y = 0, width = 0, height = 0] = place.map(Number);
    const startSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return { startSeconds, sheet, x, y, width, height };
  });
}
