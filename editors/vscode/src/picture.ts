/** The picture of a spec, beside it: the page that `specc view` writes. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as vscode from "vscode";

import { run } from "./process";

const panels = new Map<string, vscode.WebviewPanel>();

/** Show the picture of the spec in the active editor; it is drawn again when the spec is saved. */
export async function showPicture(
  command: string,
  context: vscode.ExtensionContext,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || document.uri.scheme !== "file") {
    void vscode.window.showInformationMessage("A picture is drawn of a spec that is saved as a file.");
    return;
  }
  const file = document.uri.fsPath;
  const shown = panels.get(file);
  if (shown !== undefined) {
    shown.reveal();
    return;
  }
  const panel = vscode.window.createWebviewPanel(
    "specc.picture",
    path.basename(file),
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true },
  );
  panels.set(file, panel);
  const saved = vscode.workspace.onDidSaveTextDocument((other) => {
    if (other.uri.fsPath === file) {
      void draw(command, file, panel);
    }
  });
  panel.onDidDispose(() => {
    saved.dispose();
    panels.delete(file);
  });
  context.subscriptions.push(panel);
  await draw(command, file, panel);
}

/** Write the page into a folder of its own, and show it. */
async function draw(command: string, file: string, panel: vscode.WebviewPanel): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "specc-"));
  try {
    const page = path.join(folder, "picture.html");
    const ended = await run(command, ["view", file, "-o", page], path.dirname(file));
    try {
      panel.webview.html = await readFile(page, "utf8");
    } catch {
      void vscode.window.showErrorMessage(`specc view: ${ended.errors || ended.output}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
