// A VS Code in a browser: starts it, opens a file in it, and does what hands do.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = process.env.EDITORS ?? path.join(ROOT, "build/editors");
const { chromium } = createRequire(path.join(BUILD, "package.json"))("playwright-core");
const ENTRY = path.join(BUILD, "node_modules/code-server/out/node/entry.js");
const VSIX = path.join(ROOT, "editors/vscode/dist/specc.vsix");
const SPECC = process.env.SPECC ?? path.join(ROOT, ".venv/bin/specc");
const SETTINGS = {
  "editor.minimap.enabled": false,
  "editor.quickSuggestions": { other: false, strings: false },
  "git.enabled": false,
  "window.commandCenter": false,
  "workbench.startupEditor": "none",
};

/** An editor with one file open. */
export class Code {
  /** Start it. */
  static async open(name, text) {
    const code = new Code();
    const folder = mkdtempSync(path.join(tmpdir(), "code-"));
    code.project = path.join(folder, "models");
    code.file = path.join(code.project, name);
    mkdirSync(path.join(code.project, ".venv/bin"), { recursive: true });
    symlinkSync(SPECC, path.join(code.project, ".venv/bin/specc"));
    writeFileSync(code.file, text);
    mkdirSync(path.join(folder, "data/User"), { recursive: true });
    writeFileSync(path.join(folder, "data/User/settings.json"), JSON.stringify(SETTINGS));
    const port = await freePort();
    writeFileSync(
      path.join(folder, "config.yaml"),
      `auth: none\nbind-addr: 127.0.0.1:${port}\ncert: false\n`,
    );
    const words = [
      ENTRY,
      ...["--config", path.join(folder, "config.yaml")],
      ...["--user-data-dir", path.join(folder, "data")],
      ...["--extensions-dir", path.join(folder, "extensions")],
      ...["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
      "--disable-getting-started-override",
    ];
    const environment = { ...process.env, HOME: folder };
    const installed = spawn(process.execPath, [...words, "--install-extension", VSIX], {
      env: environment,
      stdio: "ignore",
    });
    await once(installed, "exit");
    code.server = spawn(process.execPath, [...words, code.project], {
      env: environment,
      stdio: "ignore",
    });
    const address = `http://127.0.0.1:${port}/`;
    while (!(await fetch(address, { redirect: "manual" }).catch(() => null))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    code.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    code.page = await code.browser.newPage({ viewport: { width: 1200, height: 760 } });
    code.page.setDefaultTimeout(60_000);
    const opened = [["openFile", `vscode-remote://127.0.0.1:${port}${code.file}`]];
    const query = new URLSearchParams({
      folder: code.project,
      payload: JSON.stringify(opened),
    });
    await code.page.goto(`${address}?${query}`);
    await code.page.waitForSelector(".monaco-editor .view-line");
    await code.press("Control+b"); // room for what stands beside the lines
    return code;
  }

  async close() {
    await this.browser?.close();
    this.server?.kill();
  }

  /** The lines that are in view, with what the editor writes beside them. */
  async lines() {
    const found = await this.page.$$eval(".editor-instance .view-line", (lines) =>
      lines.map((line) => [parseFloat(line.style.top), line.textContent]),
    );
    found.sort((one, other) => one[0] - other[0]);
    return found.map(([, text]) => text.replaceAll("\u00a0", " ").replaceAll("\u200b", ""));
  }

  /** The first line that has a text in it. */
  async line(text) {
    return (await this.lines()).find((line) => line.includes(text)) ?? "";
  }

  /** Wait until the lines are as they should be. */
  async until(fits, what) {
    const patience = Date.now() + 60_000;
    while (!fits(await this.lines())) {
      if (Date.now() > patience) {
        throw new Error(`${what}\n${(await this.lines()).join("\n")}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Put the cursor at a place, both counted from 1. */
  async go(line, column) {
    await this.page.keyboard.press("Control+g");
    await this.page.waitForSelector(".quick-input-widget:not([style*='none']) input");
    await this.page.keyboard.type(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.waitForSelector(".monaco-editor.focused");
  }

  /** Type as hands do. */
  async type(text) {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  /** Do what the palette offers under a title. */
  async command(title) {
    await this.press("F1");
    await this.page.waitForSelector(".quick-input-widget input");
    await this.type(title);
    await this.page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${title}")`);
    await this.press("Enter");
  }

  /** Keep a picture of what is shown. */
  async picture(name) {
    const folder = path.join(BUILD, "pictures");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
