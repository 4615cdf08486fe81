/** specc in VS Code: starts the language server where a spec is open, and has commands for it. */

import { existsSync } from "node:fs";

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

import { commandOf } from "./command";
import { validateFolder } from "./folder";
import { showPicture } from "./picture";
import { mayBeSpec } from "./specs";

const LANGUAGES = ["yaml", "json", "jsonc"];
const INSTALL = "How to Install";

let client: LanguageClient | undefined;
let started: Promise<void> | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("specc", { log: true });
  const begin = (document: vscode.TextDocument | undefined): void => {
    const isSpec = document !== undefined && isOpenSpec(document);
    void vscode.commands.executeCommand("setContext", "specc.isSpec", isSpec);
    if (isSpec) {
      started ??= start(log);
    }
  };
  context.subscriptions.push(
    log,
    vscode.window.onDidChangeActiveTextEditor((editor) => begin(editor?.document)),
    vscode.workspace.onDidSaveTextDocument(begin),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("specc.command")) {
        void restart(log);
      }
    }),
    vscode.commands.registerCommand("specc.restart", () => restart(log)),
    vscode.commands.registerCommand("specc.showPicture", () => showPicture(command(), context)),
    vscode.commands.registerCommand("specc.validateFolder", () => validateFolder(command(), log)),
  );
  begin(vscode.window.activeTextEditor?.document);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function isOpenSpec(document: vscode.TextDocument): boolean {
  return LANGUAGES.includes(document.languageId) && mayBeSpec(document.getText());
}

/** The command for what is open; folders that are not trusted have no say in it. */
function command(): string {
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  return commandOf(
    vscode.workspace.getConfiguration("specc").get("command", ""),
    folders.map((folder) => folder.uri.fsPath),
    existsSync,
    process.platform === "win32",
  );
}

async function start(log: vscode.LogOutputChannel): Promise<void> {
  const selector = LANGUAGES.flatMap((language) =>
    ["file", "untitled"].map((scheme) => ({ language, scheme })),
  );
  const run = { command: command(), args: ["lsp"] };
  client = new LanguageClient("specc", "specc", run, {
    documentSelector: selector,
    outputChannel: log,
  });
  try {
    await client.start();
  } catch (error) {
    log.error(String(error));
    const answer = await vscode.window.showErrorMessage(
      `specc did not start: \`${run.command} lsp\`. It is a Python package with an extra: pip install "spec-compiler[lsp]".`,
      INSTALL,
      "Settings",
    );
    if (answer === INSTALL) {
      void vscode.commands.executeCommand("extension.open", "specc.specc");
    } else if (answer !== undefined) {
      void vscode.commands.executeCommand("workbench.action.openSettings", "specc.command");
    }
  }
}

async function restart(log: vscode.LogOutputChannel): Promise<void> {
  await started;
  await client?.dispose();
  client = undefined;
  started = start(log);
  await started;
}
