/** All specs of a folder, proved at once. */

import * as vscode from "vscode";

import { run } from "./process";

/** Run `specc validate` in the folders of the workspace; what it says is shown as on a terminal. */
export async function validateFolder(
  command: string,
  log: vscode.LogOutputChannel,
): Promise<void> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const words = ["validate", ".", "--format", "text", "--color", "never"];
    const ended = await run(command, words, folder.uri.fsPath);
    log.info(`specc ${words.join(" ")} in ${folder.name}\n${ended.output}${ended.errors}`);
    if (ended.code === 0) {
      void vscode.window.showInformationMessage(`specc: ${ended.output.trim() || "all is valid"}`);
    } else {
      log.show(true);
    }
  }
}
