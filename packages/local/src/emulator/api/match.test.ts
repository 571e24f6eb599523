import { describe, expect, it } from "vitest";
import { matchRoute } from "./match.ts";
import type { Route } from "./routes.ts";

const route = (text: string): Route => {
  const [method = "", path = ""] = text.split(" ");
  return { method, path, integration: { kind: "function", functionArn: text } };
};
const routes = [
  "GET /videos",
  "POST /videos",
  "GET /videos/{id}",
  "GET /videos/latest",
  "ANY /videos/{id}",
  "GET /files/{path+}",
  "GET /",
].map(route);

describe("matchRoute", () => {
  it.each([
    ["GET", "/videos", "GET /videos", null],
    ["GET", "/videos/", "GET /videos", null],
    ["GET", "/videos/a%2Fb%20c", "GET /videos/{id}", { id: "a/b c" }],
    ["GET", "/videos/latest", "GET /videos/latest", null],
    ["DELETE", "/videos/1", "ANY /videos/{id}", { id: "1" }],
    ["GET", "/files/a/b/c.txt", "GET /files/{path+}", { path: "a/b/c.txt" }],
    ["GET", "/videos/%E0%A4%A", "GET /videos/{id}", { id: "%E0%A4%A" }],
    ["GET", "/", "GET /", null],
  ])("%s %s goes to %s", (method, path, expected, pathParameters) => {
    const match = matchRoute(routes, method, path);
    expect(match && `${match.route.method} ${match.route.path}`).toBe(expected);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  it.each([
    ["PUT", "/videos"],
    ["GET", "/video"],
    ["GET", "/files"],
    ["GET", "/videos/1/2"],
  ])("%s %s goes nowhere", (method, path) => {
    expect(matchRoute(routes, method, path)).toBeUndefined();
  });
});
