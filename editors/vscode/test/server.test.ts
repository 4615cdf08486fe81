/** The server over standard input and output, asked as the editor asks it. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { after, before, test } from "node:test";

import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  InlayHintRequest,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

const SPEC = `specc: 1
inputs:
  x: {shape: [8]}
layers:
  - {type: Dense, name: y, unitz: 3}
`;
const uri = "file:///nowhere/model.yaml";

let server: ChildProcess;
let connection: ProtocolConnection;
const told: PublishDiagnosticsParams[] = [];
let hear: () => void = () => undefined;

before(async () => {
  server = spawn(process.env.SPECC ?? "specc", ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  connection = createProtocolConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  );
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    told.push(params);
    hear();
  });
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
});

after(async () => {
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  connection.dispose();
});

async function found(version: number): Promise<PublishDiagnosticsParams> {
  for (;;) {
    const params = told.find((item) => item.uri === uri && item.version === version);
    if (params !== undefined) {
      return params;
    }
    await new Promise<void>((resolve) => {
      hear = resolve;
    });
  }
}

test("a slip is found where it stands", async () => {
  const textDocument = { uri, languageId: "yaml", version: 1, text: SPEC };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  const { diagnostics } = await found(1);
  assert.deepEqual(
    diagnostics.map((item) => [item.code, item.range.start]),
    [["SPC0103", { line: 4, character: 27 }]],
  );
});

test("once it is mended, the layer has a hint of its type", async () => {
  const range = { start: { line: 4, character: 27 }, end: { line: 4, character: 32 } };
  const textDocument = { uri, version: 2 };
  const contentChanges = [{ range, text: "units" }];
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument,
    contentChanges,
  });
  assert.deepEqual((await found(2)).diagnostics, []);
  const hints = await connection.sendRequest(InlayHintRequest.type, {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
  });
  const labels = (hints ?? []).filter((item) => item.position.line === 4).map((item) => item.label);
  assert.equal(labels.length, 1);
  assert.match(JSON.stringify(labels[0]), /batch, 3.*float32|float32.*batch, 3/);
});
