import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPorts, type Ports, PortTakenError } from "./ports.ts";
import type { StateFolder } from "./state.ts";

const HOST = "127.0.0.1";
const opened: (() => Promise<void>)[] = [];
let ports: Ports;

/** The ports of an app that remembers what is given. */
function open(remembered?: Record<string, number>): Ports {
  const documents = new Map<string, unknown>([["ports.json", remembered]]);
  const state = {
    read: (name: string) => documents.get(name),
    write: (name: string, value: unknown) => documents.set(name, value),
  };
  const app = createPorts(state as unknown as StateFolder);
  opened.push(() => app.releaseAll());
  return app;
}

/** A server of another program. Rejects with EADDRINUSE on a port that is taken. */
async function serve(port: number): Promise<Server> {
  const server = createServer().listen(port, HOST);
  await once(server, "listening");
  opened.push(async () => {
    server.close();
    await once(server, "close");
  });
  return server;
}

beforeEach(() => {
  ports = open();
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

describe("a port that was taken", () => {
  it("can be bound by nobody else until it is let go", async () => {
    const port = await ports.take("api");
    await expect(serve(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    await ports.release(port);
    await expect(serve(port)).resolves.toBeDefined();
  });

  it("is never the one of a second app, not even of a copy that remembers the same one", async () => {
    const port = await ports.take("api");
    const copy = open({ api: port });
    expect(await copy.take("api")).not.toBe(port);
    expect(await copy.take("cdn", port)).not.toBe(port);
  });

  it("stays the same when it is asked for again, as while the infrastructure is read a second time", async () => {
    const port = await ports.take("redis");
    expect(await ports.take("redis")).toBe(port);
    expect(await ports.claim("redis", port)).toBe(port);
  });

  it("is another one for every purpose, also where an older run used it for both", async () => {
    const port = await ports.take("api");
    await ports.releaseAll();
    const app = open({ api: port, old: port });
    expect(await app.take("api")).toBe(port);
    expect(await app.take("old")).not.toBe(port);
  });

  it("is the preferred one, then the one of the last start, then any that is free", async () => {
    const [first, second] = [await ports.take("a"), await ports.take("b")];
    await ports.releaseAll();
    const remembering = { web: second };
    const app = open(remembering);
    expect(await app.take("web", first)).toBe(first);
    expect(await open(remembering).take("web", first)).toBe(second);
    expect([first, second]).not.toContain(await open(remembering).take("web", first));
  });

  it("turns a visitor away who comes before its server", async () => {
    const visitor = connect(await ports.take("web"), HOST);
    const [error] = (await once(visitor, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNRESET");
  });
});

describe("a port that is asked for by number", () => {
  it("is that one or an error that names it and says what to do", async () => {
    const port = await ports.take("web");
    const other = open();
    await expect(other.claim("web", port)).rejects.toThrow(
      new PortTakenError(port, "Choose another one with --port, or none to get a free one."),
    );
    await expect(other.claim("web", port, "Use the other.")).rejects.toThrow(
      `Port ${port} is taken by another program. Use the other.`,
    );
    await ports.release(port);
    expect(await other.claim("web", port)).toBe(port);
  });
});

describe("a server that binds its port", () => {
  it("gets the one that was held for it", async () => {
    const port = await ports.take("api");
    const server = await ports.bind(port, () => serve(port));
    expect(server.address()).toMatchObject({ port });
  });

  it("says which port it lost, when another program was quicker, and what to do", async () => {
    const port = await ports.take("api");
    await ports.release(port);
    await serve(port);
    await expect(ports.bind(port, () => serve(port))).rejects.toThrow(
      `Port ${port} is taken by another program. Start again, and a free one is chosen.`,
    );
  });

  it("keeps its own words for every other failure", async () => {
    const port = await ports.take("api");
    const failure = new Error("no certificate");
    await expect(ports.bind(port, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe("a port whose server has ended", () => {
  it("is held again until the next one starts", async () => {
    const port = await ports.take("redis");
    await ports.release(port);
    await ports.hold(port);
    await expect(serve(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("is named when another program has it by then", async () => {
    const port = await ports.claim("redis", await freePort(), "Set TELECINE_CACHE_PORT.");
    await ports.release(port);
    await serve(port);
    await expect(ports.hold(port)).rejects.toThrow(
      `Port ${port} is taken by another program. Set TELECINE_CACHE_PORT.`,
    );
  });
});

it("an app that ends lets go of all its ports", async () => {
  const taken = [await ports.take("a"), await ports.take("b")];
  await ports.releaseAll();
  for (const port of taken) await expect(serve(port)).resolves.toBeDefined();
});

async function freePort(): Promise<number> {
  const other = open();
  const port = await other.take("any");
  await other.releaseAll();
  return port;
}
