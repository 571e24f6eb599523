import { render } from "preact";
import { createApi } from "./api.ts";
import { App } from "./app.tsx";
import { createModel, ModelProvider } from "./model.ts";
import { tabAttention } from "./poll.ts";
import { xhrTransport } from "./upload/transport.ts";

const root = document.getElementById("app");
if (!root) throw new Error('index.html has lost its element "app".');

const model = createModel({ api: createApi(), transport: xhrTransport, attention: tabAttention });
render(
  <ModelProvider value={model}>
    <App />
  </ModelProvider>,
  root,
);
