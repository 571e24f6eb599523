import { describe, expect, it } from "vitest";
import { compileEdgeFunction, type EdgeRequest } from "./edge-function.ts";

const request = (uri: string): EdgeRequest => ({
  method: "GET",
  uri,
  querystring: {},
  headers: { host: { value: "example.com" } },
  cookies: {},
});
const VIEWER = "203.0.113.7";
const values = new Map([["ns:key", "from the store"]]);

describe("an edge function", () => {
  it("may rewrite the request and choose another origin", async () => {
    const code = `import cf from "cloudfront";
      async function handler(event) {
        event.request.uri = "/prefix" + event.request.uri;
        cf.updateRequestOrigin({ domainName: "other.example.com" });
        return event.request;
      }`;
    expect(await compileEdgeFunction("rewrite", code, values)(request("/a"), VIEWER)).toMatchObject({
      kind: "request",
      request: { uri: "/prefix/a" },
      origin: { domainName: "other.example.com" },
    });
  });

  it("reads its key-value store, where a missing key is an error", async () => {
    const code = `import cf from "cloudfront";
      async function handler(event) {
        const value = await cf.kvs().get("ns:key");
        let missing = "";
        try { await cf.kvs().get("ns:none"); } catch (error) { missing = " and nothing else"; }
        return { statusCode: 200, body: value + missing };
      }`;
    expect(await compileEdgeFunction("store", code, values)(request("/"), VIEWER)).toEqual({
      kind: "response",
      response: { statusCode: 200, body: "from the store and nothing else" },
    });
  });

  it("knows the viewer's address, and may hand it to the origin whatever the viewer wrote there", async () => {
    const code = `async function handler(event) {
      event.request.headers["x-viewer"] = { value: event.viewer.ip };
      return event.request;
    }`;
    const asked = { ...request("/"), headers: { "x-viewer": { value: "198.51.100.1" } } };
    expect(await compileEdgeFunction("viewer", code, values)(asked, VIEWER)).toMatchObject({
      request: { headers: { "x-viewer": { value: VIEWER } } },
    });
  });

  it("that never ends is an error that names it", async () => {
    const code = `async function handler(event) { await new Promise(() => undefined); }`;
    await expect(compileEdgeFunction("sleeper", code, values)(request("/"), VIEWER)).rejects.toThrow(
      /"sleeper" did not end/,
    );
  });

  it("reaches nothing of this machine", async () => {
    const code = `async function handler(event) { return { statusCode: 200, body: typeof process + typeof fetch + typeof globalThis.require }; }`;
    expect(await compileEdgeFunction("prober", code, values)(request("/"), VIEWER)).toMatchObject({
      response: { body: "undefinedundefinedundefined" },
    });
  });
});
