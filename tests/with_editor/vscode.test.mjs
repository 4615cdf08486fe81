// The extension in a real VS Code, in a browser, typed into.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { Code } from "./code.mjs";

const SPEC = `specc: 1
params: {width: 16}
inputs:
  tokens: {shape: [length], dtype: int32, values: {min: 0, max: 99}}
layers:
  - {type: Embedding, name: embed, input_dim: 100, output_dim: width, mask_zero: true}
  - {type: LSTM, name: read, units: width}
  - {type: Dense, name: probs, units: 4, activation: softmax}
dims: {length: {max: 50}}
outputs:
  probs: {shape: [batch, 4], dtype: float32}
`;

let code;

before(async () => {
  code = await Code.open("mood.yaml", SPEC);
});

after(() => code?.close());

test("every layer has its shape, dtype and mask beside it", async () => {
  await code.until((lines) => lines.join().includes("[batch, 4] float32"), "no hints came");
  assert.match(await code.line("name: embed"), /\[batch, length, 16\] float32, masked$/);
  assert.match(await code.line("name: read"), /\[batch, 16\] float32$/);
  assert.match(await code.line("name: probs"), /\[batch, 4\] float32$/);
  await code.picture("hints");
});

test("a key that is typed is completed", async () => {
  await code.go(7, 42);
  await code.type(", ret");
  await code.press("Control+Space");
  await code.page.waitForSelector(".suggest-widget.visible .monaco-list-row");
  const rows = await code.page.$$eval(".suggest-widget .monaco-list-row .label-name", (found) =>
    found.map((row) => row.textContent),
  );
  assert.deepEqual(rows.slice(0, 2).sort(), ["return_sequences", "return_state"]);
  await code.picture("completion");
  await code.press("Escape");
  for (let count = 0; count < ", ret".length; count += 1) {
    await code.press("Backspace");
  }
  await code.until((lines) => lines.join().includes("units: width}"), "the text is as before");
});

test("a mistake is underlined where it stands, and a code action mends it", async () => {
  await code.go(7, 30);
  await code.press("Delete", "Delete", "Delete", "Delete", "Delete");
  await code.type("unitz");
  await code.page.waitForSelector(".squiggly-error");
  await code.picture("mistake");
  await code.press("Control+.");
  await code.page.waitForSelector(".action-widget .monaco-list-row.action");
  await code.picture("action");
  await code.press("Enter");
  await code.until((lines) => lines.join().includes("name: read, units: width"), "not mended");
  await code.page.waitForSelector(".squiggly-error", { state: "detached" });
});

test("a layer says what it is where the pointer rests", async () => {
  await code.go(6, 12);
  await code.press("Control+k", "Control+i");
  await code.page.waitForSelector(".monaco-hover:not(.hidden) .hover-contents");
  const said = await code.page.$$eval(".monaco-hover .hover-contents", (parts) =>
    parts.map((part) => part.textContent).join("\n"),
  );
  assert.match(said, /Embedding/);
  assert.match(said, /float32/);
  await code.picture("hover");
  await code.press("Escape");
});

test("a layer is renamed wherever it is named", async () => {
  await code.go(8, 27);
  await code.press("F2");
  await code.page.fill(".rename-box input", "mood");
  await code.page.press(".rename-box input", "Enter");
  await code.until(
    (lines) => lines.join().includes("name: mood") && lines.join().includes("  mood: {shape:"),
    "the output has another name than the layer",
  );
});

test("a text is put into style", async () => {
  await code.go(8, 4);
  await code.type("   ");
  await code.command("Format Document");
  await code.until((lines) => lines.join().includes(",  - {type: Dense, name: mood"), "not in style");
});

test("a text is put into style when it is saved, where the editor is told to", async () => {
  await code.go(7, 4);
  await code.type("   ");
  await code.press("Control+s");
  await code.until((lines) => lines.join().includes(",  - {type: LSTM, name: read"), "not in style");
  await code.until(() => /^  - \{type: LSTM, name: read/m.test(readFileSync(code.file, "utf8")), "not saved");
});

test("its picture stands beside the text", async () => {
  await code.press("Control+s");
  await code.command("specc: Show Picture");
  const frame = code.page.frameLocator("iframe.webview").frameLocator("iframe");
  await frame.getByText("embed").first().waitFor();
  await code.page.waitForTimeout(500);
  await code.picture("picture");
});

test("all specs of a folder are proved by one command", async () => {
  await code.command("specc: Validate Folder");
  const told = code.page.locator(".notification-list-item-message");
  await told.filter({ hasText: "valid" }).waitFor();
  await code.press("Escape");
  writeFileSync(path.join(path.dirname(code.file), "other.yaml"), SPEC.replace("units", "unitz"));
  await code.command("specc: Validate Folder");
  const output = code.page.locator(".output-view .view-line");
  await output.filter({ hasText: "other.yaml:7" }).first().waitFor();
});

test("the server starts again, and knows the text", async () => {
  await code.command("specc: Restart Server");
  await code.go(7, 30);
  await code.press("Delete", "Delete", "Delete", "Delete", "Delete");
  await code.type("unitz");
  await code.page.waitForSelector(".squiggly-error");
});
