"""Streams that end when all that was asked is answered: a client may close its end at once."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp_types as types
from mcp.shared.message import SessionMessage


@asynccontextmanager
async def finishing(incoming: Any, outgoing: Any) -> AsyncGenerator[tuple[Any, Any]]:
    """The same streams for a server, but what comes in ends once nothing waits for an answer.

    A server of the package ends with what comes in, and drops the answers that it still owes.
    """
    owed: set[types.RequestId] = set()
    settled = anyio.Condition()
    # of no room, as the streams of the transport
    to_server, from_client = anyio.create_memory_object_stream[Any](0)
    to_client, from_server = anyio.create_memory_object_stream[Any](0)

    async def settle(number: types.RequestId) -> None:
        async with settled:
            owed.discard(number)
            settled.notify_all()

    async def take() -> None:
        async with to_server:
            async for sent in incoming:
                item = _with_whole_characters(sent) if isinstance(sent, ValueError) else sent
                message = getattr(item, "message", None)
                if isinstance(message, types.JSONRPCRequest):
                    owed.add(message.id)
                await to_server.send(item)
                if isinstance(message, types.JSONRPCNotification):
                    if message.method != "notifications/cancelled":
                        continue
                    await settle((message.params or {}).get("requestId", ""))
            async with settled:
                while owed:
                    await settled.wait()

    async def give() -> None:
        async with outgoing:
            async for item in from_server:
                await outgoing.send(item)
                message = item.message
                answers = isinstance(message, types.JSONRPCResponse | types.JSONRPCError)
                if answers and message.id is not None:
                    await settle(message.id)

    async with anyio.create_task_group() as group:
        group.start_soon(take)
        group.start_soon(give)
        yield from_client, to_client
        to_client.close()


def _with_whole_characters(error: Any) -> object:
    r"""The message that the package could not read for halves of characters, which it drops.

    JSON lets a text have `\ud800` alone; it becomes U+FFFD, so that the call is answered. What is
    wrong in another way stays as it is.
    """
    try:
        read = json.loads(str(error.errors()[0]["input"]))
        text = json.dumps(read, ensure_ascii=False).encode("utf-16", "surrogatepass")
        whole = text.decode("utf-16", "replace")
        return SessionMessage(types.jsonrpc_message_adapter.validate_json(whole, by_name=False))
    except (ValueError, LookupError, RecursionError, AttributeError):
        return error
