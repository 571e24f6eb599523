import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import ignore from "@balena/dockerignore";
import { root } from "../lib/folders.ts";
import { unpack } from "./base.ts";
import { build, type HostNetwork, lendNetwork } from "./chroot.ts";
import { readDockerfile, type Stage, type Step } from "./dockerfile.ts";

const DOCKERFILE = join(root, "packages/worker/Dockerfile");

/** What the last stage leaves: a folder that is the image's file system, and how the image says it is run. */
export interface Image {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly entrypoint: readonly string[];
  readonly stopSignal: string;
}

type Draft = { -readonly [Key in keyof Image]: Image[Key] };

/** Carries out the worker's Dockerfile, stage after stage, below a folder. Debian's image is kept in the cache's folder. */
export async function buildImage(
  folder: string,
  cache: string,
  onStep: (text: string) => void,
): Promise<Image> {
  const network = lendNetwork(join(folder, "host"));
  const done = new Map<string, string>();
  let image: Image | undefined;
  for (const stage of readDockerfile(readFileSync(DOCKERFILE, "utf8"))) {
    onStep(`FROM ${stage.base.image}:${stage.base.tag}`);
    image = await carryOut(stage, {
      folder: join(folder, `stage-${stage.name}`),
      cache,
      done,
      network,
      onStep,
    });
    done.set(stage.name, image.root);
  }
  if (!image) throw new Error(`${DOCKERFILE} has no stage.`);
  return image;
}

interface Work {
  readonly folder: string;
  readonly cache: string;
  readonly done: ReadonlyMap<string, string>;
  readonly network: HostNetwork;
  readonly onStep: (text: string) => void;
}

async function carryOut(stage: Stage, work: Work): Promise<Image> {
  await unpack(stage, work.folder, work.cache);
  const image: Draft = {
    ...{ root: work.folder, env: {}, workdir: "/", user: "0:0" },
    ...{ volumes: [], entrypoint: [], stopSignal: "SIGTERM" },
  };
  for (const step of stage.steps) await take(step, image, work);
  return image;
}

async function take(step: Step, image: Draft, work: Work): Promise<void> {
  switch (step.kind) {
    case "run":
      work.onStep(`RUN ${step.command.replaceAll(/\s+/g, " ")}`);
      await build(image.root, step.command, { ...image, network: work.network });
      return;
    case "copy":
      copy(step, image, work.done);
      return;
    case "workdir":
      image.workdir = step.path;
      mkdirSync(join(image.root, step.path), { recursive: true });
      return;
    case "env":
      image.env = { ...image.env, ...step.values };
      return;
    case "user":
      image.user = step.user;
      return;
    case "volume":
      image.volumes = step.paths;
      return;
    case "stopsignal":
      image.stopSignal = step.signal;
      return;
    case "entrypoint":
      image.entrypoint = step.command;
      return;
  }
}

/** As Docker copies: a folder's content, not the folder; from the context only what is not ignored. */
function copy(
  { from, sources, target }: Extract<Step, { kind: "copy" }>,
  image: Draft,
  done: Work["done"],
): void {
  const source = from === undefined ? root : done.get(from);
  if (source === undefined) throw new Error(`COPY --from=${from}: there is no such stage before it.`);
  const accepts = from === undefined ? contextFilter() : () => true;
  const place = join(image.root, target.startsWith("/") ? target : join(image.workdir, target));
  for (const name of sources) {
    const path = join(source, name);
    if (!existsSync(path) || !accepts(path)) throw new Error(`COPY ${name}: it is not there, or ignored.`);
    const into = target.endsWith("/") && statSync(path).isFile() ? join(place, basename(name)) : place;
    cpSync(path, into, { recursive: true, filter: accepts, preserveTimestamps: true });
  }
}

/** What `.dockerignore` lets into the build's context. A folder passes when something in it may. */
function contextFilter(): (path: string) => boolean {
  const rules = ignore().add(readFileSync(`${DOCKERFILE}.dockerignore`, "utf8"));
  return (path) => {
    const name = relative(root, path);
    return (
      name === "" || !rules.ignores(name) || (statSync(path).isDirectory() && !rules.ignores(`${name}/x`))
    );
  };
}
