import assert from "node:assert/strict";
import { test } from "node:test";

import { mayBeSpec } from "../src/specs";

for (const text of ["specc: 1\n", "# a model\nlayers:\n  - {}\n", '{"specc": 1}', "{specc: 1}"]) {
  test(`a spec: ${JSON.stringify(text)}`, () => assert.ok(mayBeSpec(text)));
}

for (const text of ["", "name: build\non: push\n", "# specc is not used here\n", "a: specc\n"]) {
  test(`no spec: ${JSON.stringify(text)}`, () => assert.ok(!mayBeSpec(text)));
}
