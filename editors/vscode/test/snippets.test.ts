/** What the snippets write is a spec, with the words that stand in them. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import snippets from "../snippets.json";

function written(name: keyof typeof snippets): string {
  const text = snippets[name].body.join("\n");
  return text.replace(/\$\{\d+:([^}]*)\}/g, "$1").replaceAll("$0", "") + "\n";
}

const top = "specc: 1\ninputs:\n  x: {shape: [8]}\nlayers:\n";
const specs = {
  "A spec": written("A spec"),
  "A block": `${top}  - {use: part, name: y, with: {units: 2}}\n${written("A block")}`,
  "A test": `${top}  - {type: Dense, name: y, units: 2}\n${written("A test")}`,
};

test("each snippet is tried", () => {
  assert.deepEqual(Object.keys(specs).sort(), Object.keys(snippets).sort());
});

for (const [name, input] of Object.entries(specs)) {
  test(`${name} is valid`, () => {
    const words = ["validate", "-", "--deny-warnings"];
    const ended = spawnSync(process.env.SPECC ?? "specc", words, { input, encoding: "utf8" });
    assert.equal(ended.status, 0, `${input}\n${ended.stdout}${ended.stderr}`);
  });
}
