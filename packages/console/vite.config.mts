import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";

// `.mts`, because SST writes a file of types into src/ for every site with a vite.config.ts, and this one needs none.

/**
 * What the page may do. Uploads go to presigned URLs, whose host the page cannot know beforehand; hls.js plays from
 * blobs. Trusted Types make every sink that parses HTML refuse strings, so that a title can never become markup.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** The dev server injects styles and a script of its own, which the policy would refuse. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

/** Of `npm start`, or of the stage that `sst dev` is about. */
const API = process.env.TELECINE_API ?? "http://localhost:3000";

export default defineConfig({
  plugins: [preact(), contentSecurityPolicy],
  build: { modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  server: {
    proxy: Object.fromEntries(
      ["/videos", "/metadata", "/health", "/openapi.json", "/media"].map((path) => [
        path,
        { target: API, changeOrigin: true },
      ]),
    ),
  },
});
