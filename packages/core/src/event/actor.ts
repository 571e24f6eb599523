import { createContext } from "../context.ts";
import type { Actor } from "./type.ts";

const actor = createContext<Actor>("actor");

/** Says who acts inside, for the journal. */
export function withActor<Result>(name: Actor, run: () => Result): Result {
  return actor.provide(name, run);
}

export function currentActor(): Actor {
  return actor.find() ?? "system";
}
