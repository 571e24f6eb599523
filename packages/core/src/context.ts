import { AsyncLocalStorage } from "node:async_hooks";

/** Asked for a context outside of it. Only this error may be taken for "there is none". */
export class ContextMissing extends Error {
  override readonly name = "ContextMissing";
}

/** A value that travels with the asynchronous work it was provided for, so that signatures stay about the domain. */
export function createContext<Value>(name: string) {
  const storage = new AsyncLocalStorage<Value>();
  return {
    /** The value in force. Throws {@link ContextMissing} where there is none. */
    use(): Value {
      const value = storage.getStore();
      if (value === undefined) throw new ContextMissing(`No ${name} here: call this inside of one.`);
      return value;
    },
    find: (): Value | undefined => storage.getStore(),
    provide: <Result>(value: Value, run: () => Result): Result => storage.run(value, run),
  };
}
