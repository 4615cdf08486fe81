"""What other languages and tools call a dtype: `float`, `torch.long`, `dtype('int64')`."""

from __future__ import annotations

from collections.abc import Collection

from spec_compiler.spelling import Guess, nearest

_MEANT = {
    **dict.fromkeys(("float", "fp32", "f32", "single"), "float32"),
    **dict.fromkeys(("double", "fp64", "f64"), "float64"),
    **dict.fromkeys(("half", "fp16", "f16"), "float16"),
    **dict.fromkeys(("short", "i16"), "int16"),
    **dict.fromkeys(("int", "integer", "i32"), "int32"),
    **dict.fromkeys(("long", "i64"), "int64"),
    **dict.fromkeys(("ubyte", "u8"), "uint8"),
    **dict.fromkeys(("boolean", "bool_"), "bool"),
    "bf16": "bfloat16",
    **dict.fromkeys(("mixed_precision", "amp", "mixed"), "mixed_float16"),
}
_TEXTS = frozenset({"string", "str", "text"})


def dtype_meant(written: str, known: Collection[str]) -> Guess | None:
    """The dtype that is meant; of texts, numbers stand for words.

    Args:
        written: What stands there, which is none.
        known: What may stand there.
    """
    own = written.removeprefix("<").rpartition(".")[2].rpartition("(")[2].strip(">')\" ").casefold()
    meant = _MEANT.get(written) or _MEANT.get(own) or own
    if meant in known:
        return Guess(meant, meant != "mixed_float16")
    return Guess("int32") if written in _TEXTS and "int32" in known else nearest(written, known)
