import type { Diagnostic } from "./check.ts";
import type { Rules } from "./rules.ts";
import type { Definition } from "./types.ts";
import { validate } from "./validate.ts";

/** A definition that AWS, or the interpreter here, refuses. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const all = diagnostics.map(
      ({ code, message, location }) => `${code}: ${message} at ${location ?? "null"}`,
    );
    super(`Invalid State Machine Definition: '${all.join(", ")}'`);
    this.diagnostics = diagnostics;
  }
}

/** Everything wrong with a definition's text; nothing when it can be run. */
export function diagnose(text: string, rules: Rules): readonly Diagnostic[] {
  try {
    return validate(JSON.parse(text), rules);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message: error.message }];
  }
}

/** Reads a definition that can be run. Throws a {@link DefinitionError} with all that is wrong. */
export function parseDefinition(text: string, rules: Rules): Definition {
  const diagnostics = diagnose(text, rules);
  if (diagnostics.length > 0) throw new DefinitionError(diagnostics);
  return JSON.parse(text) as Definition;
}
