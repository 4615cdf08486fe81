/** specc as a command that runs and ends. */

import { execFile } from "node:child_process";

/** What a command said. */
export interface Ended {
  /** Exit code: 0 fine, 1 findings; null where it could not be started or was ended. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Run a command without a shell. */
export function run(command: string, words: readonly string[], folder: string): Promise<Ended> {
  const limits = { cwd: folder, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
  return new Promise((resolve) => {
    execFile(command, [...words], limits, (error, output, errors) => {
      const failed = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ code: failed, output, errors: errors || (failed === null ? String(error) : "") });
    });
  });
}
