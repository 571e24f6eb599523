/** What the page shows. The address after `#` says it, so that links, reloads and the back button work. */
export type Route = { readonly name: "list" } | { readonly name: "video"; readonly id: string };

const VIDEO = /^#\/videos\/([\w-]+)$/;

/** The route of an address. What is no video is the list. */
export function routeOf(hash: string): Route {
  const id = VIDEO.exec(hash)?.[1];
  return id === undefined ? { name: "list" } : { name: "video", id };
}

export const LIST_ADDRESS = "#/";

export function videoAddress(id: string): string {
  return `#/videos/${id}`;
}
