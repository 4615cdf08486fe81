/** Which command starts specc. */

import * as path from "node:path";

/**
 * The command that a user means.
 *
 * @param setting What the setting `specc.command` says; empty for none.
 * @param folders The folders of the workspace, the first one first; none where they are not trusted.
 * @param exists Whether a file is there.
 * @param windows Whether commands are named as on Windows.
 */
export function commandOf(
  setting: string,
  folders: readonly string[],
  exists: (file: string) => boolean,
  windows: boolean,
): string {
  if (setting.trim()) {
    return setting.trim();
  }
  const inside = windows ? ["Scripts", "specc.exe"] : ["bin", "specc"];
  const own = folders.map((folder) => path.join(folder, ".venv", ...inside));
  return own.find(exists) ?? "specc";
}
