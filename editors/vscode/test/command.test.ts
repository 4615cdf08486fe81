import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf } from "../src/command";

const nothing = (): boolean => false;

test("what the settings say comes first", () => {
  assert.equal(commandOf(" /opt/specc ", ["/here"], () => true, false), "/opt/specc");
});

test("then the environment of the folder, the first that has one", () => {
  const there = "/two/.venv/bin/specc";
  assert.equal(commandOf("", ["/one", "/two"], (file) => file === there, false), there);
});

test("on Windows it is called otherwise", () => {
  const found = commandOf("", ["c:"], () => true, true);
  assert.match(found, /\.venv.Scripts.specc\.exe$/);
});

test("then the one on the path", () => {
  assert.equal(commandOf("", ["/one"], nothing, false), "specc");
});
