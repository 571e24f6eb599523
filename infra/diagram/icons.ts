import type { Icon } from "./picture.ts";

/** Drawn for this project: lines in a square of 24 by 24. */
export const ICONS: Readonly<Record<Icon, string>> = {
  people: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  edge: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3.2 2.6 4.2 5.6 4.2 9s-1 6.4-4.2 9c-3.2-2.6-4.2-5.6-4.2-9s1-6.4 4.2-9",
  api: "M8.5 5 3 12l5.5 7M15.5 5 21 12l-5.5 7M13.5 7l-3 10",
  bucket:
    "M4 7c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3ZM4 7l2.2 11.6C6.5 20 9 21 12 21s5.5-1 5.8-2.4L20 7",
  workflow: "M9 3h6v5H9ZM3 16h6v5H3ZM15 16h6v5h-6ZM12 8v4M6 16v-4h12v4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2.5",
  topic: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 21h4",
  function: "M6 4h3l7.5 16h2M11 9.5 6 20",
  container: "M12 3l8 4.3v9.4L12 21l-8-4.3V7.3ZM4 7.3l8 4.4 8-4.4M12 11.7V21",
  database:
    "M4 6.5C4 4.6 7.6 3 12 3s8 1.6 8 3.5S16.4 10 12 10 4 8.4 4 6.5ZM4 6.5v11C4 19.4 7.6 21 12 21s8-1.6 8-3.5v-11M4 12c0 1.9 3.6 3.5 8 3.5s8-1.6 8-3.5",
  cache: "M13 3 5 13.5h6L10 21l9-11h-6.5Z",
  files:
    "M3 6.5C3 5.7 3.7 5 4.5 5H9l2.5 3h8c.8 0 1.5.7 1.5 1.5v8c0 .8-.7 1.5-1.5 1.5h-15C3.7 19 3 18.3 3 17.5Z",
  nat: "M3 12h13M11 6.5l5.5 5.5-5.5 5.5M20 4v16",
  endpoint: "M9 3v5M15 3v5M6 8h12v3.5a6 6 0 0 1-12 0ZM12 17.5V21",
};
