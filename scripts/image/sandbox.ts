import { chownSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./build.ts";
import { contain } from "./chroot.ts";
import type { Result } from "./shell.ts";

/** An image that can be run, each time with the same volumes. */
export interface Sandbox {
  /** The folder of this machine that a volume is. */
  readonly volume: (path: string) => string;
  /** Runs a program of the image as ECS would, with these variables besides the image's own. */
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<Result>;
}

/**
 * Gives the image a new, empty folder for each volume. As with ECS it belongs to whom the folder in the image belongs to,
 * because the image declares it.
 *
 * @param mounts further folders of this machine, by their paths in the image.
 */
export function openSandbox(image: Image, folder: string, mounts: ReadonlyMap<string, string>): Sandbox {
  const volumes = new Map(image.volumes.map((path, index) => [path, join(folder, `volume-${index}`)]));
  for (const [path, place] of volumes) {
    const { mode, uid, gid } = statSync(join(image.root, path));
    mkdirSync(place, { recursive: true, mode });
    chownSync(place, uid, gid);
  }
  return {
    volume: (path) => {
      const place = volumes.get(path);
      if (place === undefined) throw new Error(`The image declares no volume at ${path}.`);
      return place;
    },
    run: (command, env = {}) =>
      contain(
        { ...image, env: { ...image.env, ...env }, volumes: new Map([...volumes, ...mounts]) },
        command,
      ),
  };
}
