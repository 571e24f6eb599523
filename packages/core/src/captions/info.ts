import { z } from "zod";
import type { CaptionOrigin, CaptionRow } from "./captions.sql.ts";
import type { CaptionKind } from "./kind.ts";

/** What callers are told of a video's words in one language. */
export interface CaptionInfo {
  readonly id: string;
  readonly language: string;
  readonly title: string | null;
  readonly kind: CaptionKind;
  readonly origin: CaptionOrigin;
  readonly cueCount: number;
  readonly sizeBytes: number;
  /** In the bucket. */
  readonly key: string;
  readonly createdAt: string;
}

export function toCaptionInfo(row: CaptionRow): CaptionInfo {
  const { id, language, title, kind, origin, cueCount, sizeBytes, key } = row;
  const createdAt = row.createdAt.toISOString();
  return { id, language, title, kind, origin, cueCount, sizeBytes, key, createdAt };
}

/** A tag of BCP 47 in its usual writing: `pt-br` is `pt-BR`, `ger` is `de`, and `und` is unknown. */
export const Language = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i)
  .transform((tag, context) => {
    try {
      return new Intl.Locale(tag).toString();
    } catch {
      context.addIssue({ code: "custom", message: "No such tag can be." });
      return z.NEVER;
    }
  });
