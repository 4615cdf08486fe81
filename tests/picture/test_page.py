"""The page is one file that asks for nothing, runs only its own script, and holds names as text."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from pictures import BLOCKS, HOSTILE, REFUSED, STACK, picture

from spec_compiler.picture.page import SCRIPTS, STYLES, digest, page

VOID = {"meta", "link", "input"}
LOADING = {"src", "srcset", "action", "formaction", "poster", "data", "background", "style"}


class Document(HTMLParser):
    """The elements of a page, and the text in those that hold script, style or data."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.raw, self.open = [], [], [], []
        self.policy = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.elements.append(tag)
        self.attributes += attrs
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag not in VOID:
            self.open.append((tag, given))
            if tag in {"script", "style"}:
                self.raw.append((tag, given, ""))

    def handle_startendtag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][0] in {"script", "style"}:
            tag, given, text = self.raw[-1]
            self.raw[-1] = (tag, given, text + data)


def document(text, **settings):
    return Document(page(picture(text), **settings))


def data(found):
    (text,) = [text for _, given, text in found.raw if given.get("id") == "picture"]
    return json.loads(text)


def hostile(name):
    quoted = json.dumps(name)
    layer = f"{{type: Dense, units: 1, name: {quoted}, {quoted}: 1}}"
    head = f"specc: 1\nname: {quoted}\ndoc: {quoted}\ninputs: {{x: {{shape: [2]}}}}\n"
    return f"{head}layers:\n  - {layer}\n  # {name.replace(chr(10), ' ')}\n"


@pytest.mark.parametrize("text", [STACK, REFUSED, BLOCKS, "specc: ["])
@pytest.mark.parametrize("live", [0, 3])
def test_the_policy_allows_its_own_script_and_style_and_nothing_else(text, live):
    found = document(text, live=live)
    rules = dict(rule.strip().split(" ", 1) for rule in found.policy.split(";"))
    scripts = [text for tag, given, text in found.raw if tag == "script" and "type" not in given]
    styles = [text for tag, _, text in found.raw if tag == "style"]
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("script-src") == f"'{digest(scripts[0])}'"
    assert rules.pop("style-src") == f"'{digest(styles[0])}'"
    assert (len(scripts), len(styles)) == (1, 1)
    assert rules == {
        "worker-src": "blob:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **({"connect-src": "'self'"} if live else {}),
    }


def test_digests_are_those_of_browsers():
    # of the empty text, as RFC 6234 has it, in base 64
    assert digest("") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize("text", [STACK, REFUSED])
def test_nothing_in_it_loads_anything_or_is_an_event_handler(text):
    found = document(text)
    names = {name for name, _ in found.attributes}
    assert not names & LOADING
    assert not any(name.startswith("on") for name in names)
    assert [value for name, value in found.attributes if name == "href"] == ["data:,"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_strangers_make_no_element(name):
    text = hostile(name)
    plain, found = document(text.replace(json.dumps(name), '"n"')), document(text)
    assert found.elements == plain.elements
    assert found.attributes == plain.attributes
    assert not found.open
    assert data(found)["text"] == text


def test_the_data_is_ascii_without_an_angle_bracket():
    for name in HOSTILE:
        made = page(picture(hostile(name)))
        inside = made.partition('id="picture">')[2].partition("</script>")[0]
        assert "<" not in inside
        assert "\u2028" not in inside
        assert "\x1b" not in made
        assert json.loads(inside)["text"]


def test_what_the_page_is_made_of_is_small():
    empty = picture("specc: 1\n")
    assert len(page(empty).encode()) < 300_000


def test_the_data_grows_with_the_spec_alone():
    short, long = (len(page(picture(STACK.replace("12", str(n))))) for n in (2, 20))
    layers = 18 * 4
    assert (long - short) / layers < 1500  # bytes of a layer, its edges and its share of groups


def test_all_parts_are_in_it_and_our_own_text_is_never_markup():
    folder = files("spec_compiler.picture").joinpath("page")
    parts = {entry.name for entry in folder.iterdir()}
    own = {f"{name}.js" for name in SCRIPTS} | {f"{name}.css" for name in STYLES}
    assert parts == own | {"shell.html", "dagre.min.js", "dagre.LICENSE", "README.md"}
    for name in own:
        text = folder.joinpath(name).read_text("utf-8")
        lines = text.splitlines()
        assert len(lines) <= 320, name
        assert max(map(len, lines)) <= 100, name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
        assert "</script" not in text
    assert "</script" not in folder.joinpath("dagre.min.js").read_text("utf-8")


def test_the_licence_of_the_library_goes_with_it():
    made = page(picture(STACK))
    assert "Permission is hereby granted, free of charge" in made
    assert "sourceMappingURL" not in made
