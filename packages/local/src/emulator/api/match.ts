import type { Route } from "./routes.ts";

export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * The route that API Gateway would choose: a literal segment before a `{parameter}` before a greedy `{proxy+}`, an exact
 * method before `ANY`. Parameters are decoded, as the proxy event has them.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = path.split("/").filter(Boolean);
  const matches = routes.flatMap((route) => {
    if (route.method !== method && route.method !== "ANY") return [];
    const found = matchPath(route.path, segments);
    return found ? [{ route, ...found }] : [];
  });
  matches.sort(
    (left, right) =>
      left.rank.localeCompare(right.rank) ||
      Number(left.route.method === "ANY") - Number(right.route.method === "ANY"),
  );
  const [best] = matches;
  return (
    best && {
      route: best.route,
      pathParameters: Object.keys(best.parameters).length > 0 ? best.parameters : null,
    }
  );
}

function matchPath(
  pattern: string,
  segments: readonly string[],
): { parameters: Record<string, string>; rank: string } | undefined {
  const parts = pattern.split("/").filter(Boolean);
  const parameters: Record<string, string> = {};
  let rank = "";
  for (const [index, part] of parts.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy) {
      if (index >= segments.length) return undefined;
      return {
        parameters: { ...parameters, [greedy]: decode(segments.slice(index).join("/")) },
        rank: `${rank}2`,
      };
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (!name && part !== segment) return undefined;
    if (name) parameters[name] = decode(segment);
    rank += name ? "1" : "0";
  }
  return segments.length === parts.length ? { parameters, rank } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not an encoding: API Gateway passes it on as it came
  }
}
