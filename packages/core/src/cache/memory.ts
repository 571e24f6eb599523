import { LRUCache } from "lru-cache";

/** What one process remembers by itself, by the subject whose change makes it old: a video's id. */
export interface Memory<Value extends object> {
  readonly recall: (subject: string) => Value | undefined;
  /**
   * Called before a value is loaded. What it gives takes the value, and remembers it unless something was forgotten in
   * the meantime: the value might be from before that.
   */
  readonly begin: () => (subject: string, value: Value) => void;
}

/** For so long a process may not know what another one has changed. Its own changes it knows at once. */
const REMEMBERED_MS = 1000;
const MOST_REMEMBERED = 500;

const memories = new Set<{ delete: (subject: string) => unknown }>();
let forgotten = 0;

/** A memory of at most 500 subjects, each for a second: for what many ask for at once and what hardly changes. */
export function createMemory<Value extends object>(): Memory<Value> {
  // By the clock on the wall, read each time: a function that was frozen is to know that time has passed.
  const clock = { perf: Date, ttlResolution: 0 };
  const values = new LRUCache<string, Value>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS, ...clock });
  memories.add(values);
  return {
    recall: (subject) => values.get(subject),
    begin: () => {
      const begun = forgotten;
      return (subject, value) => {
        if (begun === forgotten) values.set(subject, value);
      };
    },
  };
}

/** Forgets a subject in all memories of this process. */
export function forget(subject: string): void {
  forgotten += 1;
  for (const values of memories) values.delete(subject);
}
