import type { ContainerFacts } from "./facts.ts";

/** What a reader says: that it needs bytes, or what it has found. */
export type FromReader =
  | { readonly kind: "read"; readonly id: number; readonly start: number; readonly end: number }
  | { readonly kind: "done"; readonly facts: ContainerFacts | null };

/** What a reader is told: the size of the file, first of all; the bytes it asked for, or that it will not get them. */
export type ToReader =
  | { readonly kind: "open"; readonly sizeBytes: number }
  | { readonly kind: "bytes"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly id: number };
