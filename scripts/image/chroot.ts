import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Result, run, tell } from "./shell.ts";

/** Mounts of the command's own, gone with it: /proc, a few devices, and how this machine reaches the network. */
const OUTSIDE = `set -e
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind -o ro "$2/resolv.conf" "$1/etc/resolv.conf"
mount --bind -o ro "$2" "$1/mnt"
root=$1; shift 2
exec chroot "$root" /usr/bin/env -i "$@"`;

/** What Docker sets when an image says nothing of it. */
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a build needs of this machine's network: its name servers, and the authorities that it trusts beyond the usual. */
export interface HostNetwork {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export function lendNetwork(folder: string): HostNetwork {
  mkdirSync(folder, { recursive: true });
  copyFileSync("/etc/resolv.conf", join(folder, "resolv.conf"));
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (!extra) return { folder, env: {} };
  copyFileSync(extra, join(folder, "extra.pem"));
  return { folder, env: { NODE_EXTRA_CA_CERTS: "/mnt/extra.pem", npm_config_cafile: "/mnt/extra.pem" } };
}

/** Carries out one RUN as root, as a build does: the root writable, the network there. Rejects with what it said. */
export async function build(
  root: string,
  command: string,
  settings: {
    readonly workdir: string;
    readonly env: Readonly<Record<string, string>>;
    readonly network: HostNetwork;
  },
): Promise<void> {
  const { workdir, env, network } = settings;
  await run("unshare", [
    ...["--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", OUTSIDE, "sh", root, network.folder],
    ...[`--chdir=${workdir}`, PATH, "HOME=/root", ...pairs(network.env), ...pairs(env)],
    ...["/bin/sh", "-c", command],
  ]);
}

/** Only /proc, the devices that every container has, and the volumes; all else read-only. */
const INSIDE = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for device in null zero full random urandom; do
  : > "$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"
done
mount -o remount,ro "$1/dev"
root=$1; volumes=$2; shift 2
while [ "$volumes" -gt 0 ]; do mount --bind "$2" "$root$1"; shift 2; volumes=$((volumes - 1)); done
mount -o remount,bind,ro "$root"
mount -t proc -o ro proc "$root/proc"
exec chroot "$root" "$@"`;

export interface Container {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** `uid:gid`. */
  readonly user: string;
  /** Paths in the image to folders of this machine. */
  readonly volumes: ReadonlyMap<string, string>;
}

/**
 * Runs a program as ECS would run the image: as its user, without a capability or a way to get one, nothing writable but
 * the volumes, process 1 of its own, and here without a network.
 */
export function contain(container: Container, command: readonly string[]): Promise<Result> {
  const { root, workdir, env, user, volumes } = container;
  const [uid = "", gid = ""] = user.split(":");
  const mounts = [...volumes].flat();
  return tell("unshare", [
    ...["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"],
    ...["/bin/sh", "-c", INSIDE, "sh", root, String(volumes.size), ...mounts],
    ...["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"],
    ...["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
    ...["env", "-i", `--chdir=${workdir}`, PATH, ...pairs(env), ...command],
  ]);
}

function pairs(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
