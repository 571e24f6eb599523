import { fileURLToPath } from "node:url";

/** The project's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The folder that a command was called from: npm runs scripts in the root, and people name files from where they are. */
export const callerFolder = process.env.TELECINE_CWD ?? process.cwd();

/** The clip that ships with the repository. */
export const sample = `${root}/samples/big-buck-bunny.mp4`;
