import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readDockerfile, type Step } from "../scripts/image/dockerfile.ts";
import { graphOf, only } from "./graph.ts";

interface Container {
  readonly user: string;
  readonly readonlyRootFilesystem: boolean;
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

it("the task writes where the image declares a volume for its user, and nowhere else", async () => {
  const { inputs } = only(await graphOf("production"), "aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(inputs.containerDefinitions as string) as Container[];
  const image = readImage();
  const disks = (inputs.volumes as { name: string; efsVolumeConfiguration?: object }[]).filter(
    ({ efsVolumeConfiguration }) => !efsVolumeConfiguration,
  );
  const paths = container?.mountPoints
    .filter(({ sourceVolume }) => disks.some(({ name }) => name === sourceVolume))
    .map(({ containerPath }) => containerPath);

  expect(container?.readonlyRootFilesystem).toBe(true);
  expect(`${container?.user}:${container?.user}`).toBe(image.user);
  // ECS gives a volume of the task's own disk to whom the folder in the image belongs to only where the image declares it.
  expect(paths).toEqual(image.volumes);
  expect(container?.environment).toContainEqual({ name: "WORK_DIR", value: image.volumes[0] });
});

function readImage(): { readonly user: string | undefined; readonly volumes: readonly string[] } {
  const file = `${import.meta.dirname}/../packages/worker/Dockerfile`;
  const steps: readonly Step[] = readDockerfile(readFileSync(file, "utf8")).at(-1)?.steps ?? [];
  return {
    user: steps.flatMap((step) => (step.kind === "user" ? [step.user] : [])).at(-1),
    volumes: steps.flatMap((step) => (step.kind === "volume" ? step.paths : [])),
  };
}
