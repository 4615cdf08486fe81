"""One escape function for each kind of output: names and quoted text come from strangers.

Every function builds on `cells`, which makes each character that could act on a terminal or break a
line visible. What reads the output afterwards (a log, DOT, Mermaid) then only needs its own signs.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits

# `##[error]` anywhere in a line is a command to GitHub's runner, `##vso[` to Azure's, `##teamcity[`
# to TeamCity: the second sign is written as an escape.
_LOG_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")

# at the start of a line, `::` is a command to GitHub's runner, also behind blanks
_AT_START = re.compile(r"^(\s*):(?=:)", re.M)

_ODD = re.compile(r"[^ -~\n]")

_PLACEHOLDER = re.compile(r"\{(\d+)\}")

# What acts in Markdown, but not behind a backslash.
_ACTS = re.compile(r"[!$&*<>\[\]\\^_{|}~]")
# Names of people, numbers of issues and addresses are made links wherever they stand, but in code.
_LINKED = re.compile(r"[@#]|www\.|://", re.I)

_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})

_OF_PATHS = frozenset(f"{ascii_letters}{digits}-._~/")

_MERMAID = str.maketrans({sign: f"#{ord(sign)};" for sign in "#;\"'<>&`\\%$|"})


def cells(text: str, unicode: bool = True) -> list[str]:
    r"""Each character as it may be shown: itself, or an escape such as `\x1b` or `\u202e`.

    Escaped are control characters, line separators, invisible and direction-changing signs, odd
    spaces, surrogates, and without `unicode` everything that is not ASCII.
    """
    plain = str.isprintable if unicode else _is_printable_ascii
    shown = [sign if plain(sign) else _escaped(sign) for sign in text]
    for command in _LOG_COMMAND.finditer(text):
        shown[command.start() + 1] = "\\x23"
    return shown


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")


def _is_printable_ascii(sign: str) -> bool:
    return " " <= sign <= "~"


def terminal(text: str, unicode: bool = True) -> str:
    """Text for one line of a terminal or a log."""
    return "".join(cells(text, unicode))


def line(text: str, unicode: bool = True) -> str:
    """A whole line of a terminal or a log, which may begin with a stranger's name."""
    shown = terminal(text, unicode)
    return f"./{shown}" if _AT_START.match(shown) else shown


def lines(text: str) -> str:
    """Lines that are escaped already, some of which may begin with a stranger's name."""
    return _AT_START.sub(r"\1\\x3a", text)


def patch(text: str) -> str:
    """A line of a diff, to the byte; with escapes where a log would take it for a command."""
    if _LOG_COMMAND.search(text) or _AT_START.search(text.replace("\r", "\n")):
        ended = text.endswith("\n")
        return lines(terminal(text.removesuffix("\n"))) + "\n" * ended
    return text


def github(text: str) -> str:
    """The message of a workflow command. It may have lines: escape what is in them before."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """A property of a workflow command, such as `file`."""
    return github(text).replace(":", "%3A").replace(",", "%2C")


def json(text: str) -> str:
    """A JSON document that a log may show: inside its strings any sign may be an escape."""
    shown = _ODD.sub(_json_escaped, text).replace("##", "#\\u0023")
    # a page may hold the document in an element `script`
    return shown.replace("</", "<\\/").replace("<!--", "<\\u0021--")


def _json_escaped(found: re.Match[str]) -> str:
    sign = found[0]
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    return sign if sign.isprintable() or sign == "\n" else escaped


def markdown_code(text: str, unicode: bool = True) -> str:
    """The inside of a code span of Markdown, also in a table: nothing in it acts."""
    return terminal(text, unicode).replace("`", "\\x60").replace("|", "\\x7c")


def markdown(text: str, unicode: bool = True) -> str:
    """A sentence of ours in a cell of a table of Markdown: what is in backquotes is code.

    So is what would be a link; code that touches code is one. Where a stranger's name holds a
    backquote, other parts are code than were meant, and safe, too.
    """
    parts: list[tuple[bool, str]] = []
    for index, part in enumerate(text.split("`")):
        is_code = index % 2 == 1 or bool(_LINKED.search(part))
        if part and parts and is_code and parts[-1][0]:
            parts[-1] = (True, parts[-1][1] + part)
        elif part:
            parts.append((is_code, part))
    shown = "".join(
        _span(part, unicode) if is_code else _ACTS.sub(r"\\\g<0>", terminal(part, unicode))
        for is_code, part in parts
    )
    return _AT_START.sub(r"\1\\:", shown)


def _span(text: str, unicode: bool) -> str:
    """A code span; a reader takes away one blank on both sides where there is one on both."""
    shown = markdown_code(text, unicode)
    return f"` {shown} `" if shown.strip(" ") and shown[0] == shown[-1] == " " else f"`{shown}`"


def xml(text: str) -> str:
    """A line of text in XML, also inside an attribute in double quotes; in ASCII.

    What XML cannot hold at all is never printable, so it is an escape already.
    """
    return terminal(text).translate(_XML).encode("ascii", "xmlcharrefreplace").decode("ascii")


def uri(path: str) -> str:
    """A path as a reference of RFC 3986, relative or from the root."""
    signs = map(chr, path.encode("utf-8", "surrogatepass"))
    return "".join(sign if sign in _OF_PATHS else f"%{ord(sign):02X}" for sign in signs)


def sarif(text: str) -> str:
    """A plain message of SARIF: no part of it is a link or a placeholder."""
    linked = terminal(text).replace("](", "\\](")
    return _PLACEHOLDER.sub(r"{{\1}}", linked)


def dot(text: str) -> str:
    """The inside of a double-quoted string of Graphviz, as a name or a label."""
    doubled = terminal(text).replace("\\", "\\\\")
    return doubled.replace('"', '\\"').replace("&", "&amp;")


def mermaid(text: str) -> str:
    """The inside of a double-quoted label of Mermaid, without markdown and directives."""
    return terminal(text).translate(_MERMAID)
