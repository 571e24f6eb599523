import type { Resource } from "../../packages/local/src/synth/graph.ts";

const FUNCTION = "aws:lambda/function:Function";

/** The names of the components that a resource is part of, innermost first. */
function componentsOf(resource: Resource, byUrn: ReadonlyMap<string, Resource>): string[] {
  const names: string[] = [];
  for (
    let one = byUrn.get(resource.parent ?? "");
    one?.type.startsWith("sst:");
    one = byUrn.get(one.parent ?? "")
  )
    names.push(one.name);
  return names;
}

/**
 * What people call a resource: the name of its component, and for a function without what the components around it
 * repeat. A subscriber
 * `MediaNotificationsNotificationSourceUploaded` of `MediaNotifications` is `SourceUploaded`; `ReconcileHandler` of
 * `Reconcile` is `Reconcile`.
 */
export function titleOf(resource: Resource, byUrn: ReadonlyMap<string, Resource>): string {
  const [own = resource.name, outer = ""] = componentsOf(resource, byUrn);
  if (resource.type !== FUNCTION || outer === "" || !own.startsWith(outer)) return own;
  const rest = own.slice(outer.length).replace(/^Notification/, "");
  return rest === "" || rest === "Handler" ? outer : rest;
}

/** `db.t4g.medium` is `t4g.medium`. */
export const classOf = (name: unknown) => String(name).replace(/^(db|cache)\./, "");
