import { isMainThread, workerData } from "node:worker_threads";

/** What the thread is told that reads a container. */
export const READER = "container-reader";

/** Whether this code runs in such a thread. */
export const isReader = !isMainThread && workerData === READER;
