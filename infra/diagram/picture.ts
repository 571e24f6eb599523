/** What a diagram shows: boxes in columns, boxes around boxes, and arrows. Places and colours are found later. */
export interface Picture {
  readonly title: string;
  readonly nodes: readonly Node[];
  readonly frames: readonly Frame[];
  readonly arrows: readonly Arrow[];
  /** What exists beside the flow, in words: `2 secrets`. */
  readonly beside: readonly string[];
}

export interface Node {
  readonly id: string;
  readonly icon: Icon;
  readonly title: string;
  readonly subtitle: string;
  /** From left to right, in the direction of a request: 0 is outside. */
  readonly column: number;
  /** From top to bottom, within a column. */
  readonly rank: number;
  /** The frame it lies in. */
  readonly frame: string | undefined;
  /** Short words on its upper edge: the port it listens on, the letters of the zones it is in. */
  readonly tags: readonly string[];
}

export interface Frame {
  readonly id: string;
  readonly kind: "vpc" | "public" | "private" | "isolated" | "group";
  readonly title: string;
  readonly note: string;
  readonly frame: string | undefined;
}

export interface Arrow {
  /** A node or a frame. */
  readonly from: string;
  readonly to: string;
  readonly kind: ArrowKind;
  /** A few letters: the number of a step, what is sent. */
  readonly label: string;
}

export type ArrowKind = "request" | "event" | "step" | "failure" | "data" | "network";

export type Icon =
  | "people"
  | "edge"
  | "api"
  | "bucket"
  | "workflow"
  | "clock"
  | "topic"
  | "function"
  | "container"
  | "database"
  | "cache"
  | "files"
  | "nat"
  | "endpoint";
