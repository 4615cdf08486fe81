"""The page in a real browser: what clicks, keys and paper do."""

import json
import sys

from pictures import HOSTILE, REFUSED, STACK

OPEN = ".node:not(.group)"


def names(page, selector=".node"):
    return sorted(page.texts(f"{selector} .name"))


def line_of(words):
    return next(at for at, line in enumerate(STACK.splitlines(), 1) if words in line)


def lit(page):
    script = "[...document.querySelectorAll('.line.lit')].map(e => Number(e.dataset.line))"
    return page.run(script)


def colour(page, selector, name):
    return page.run(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{name}")


def luminance(page, selector, name):
    red, green, blue = json.loads(colour(page, selector, name)[3:].translate({40: "[", 41: "]"}))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_large_model_opens_folded_with_its_types_on_edges(shown):
    page = shown(STACK)
    assert names(page) == ["embedding", "pool", "probs", "probs", "stack", "tokens"]
    assert "▸ encoder ×12" in page.texts(".kind")
    assert page.texts(".edge .label.type").count("[batch, seq, 16] float32") == 2
    assert page.texts(".edge .label.mask") == ["mask [batch, seq]"] * 2
    assert page.text("#title") == "stack"
    assert page.text("#subtitle") == "51 layers · 30,746 parameters"


def test_a_click_on_a_layer_lights_its_line_and_back(shown):
    page = shown(STACK)
    page.click(".name", "pool")
    assert lit(page) == [line_of("name: pool")]
    assert page.text("#details h2") == "pool"
    assert "[batch, 4] float32" in page.texts("#details dd")
    page.click(".line", "type: Embedding")
    assert page.text(".node.selected .name") == "embedding"
    assert lit(page) == [line_of("Embedding")]
    assert "1,600" in page.texts("#details dd")


def test_a_line_of_a_block_opens_what_hides_it(shown):
    page = shown(STACK)
    page.click(".line", "name: up")
    page.drawn(1)
    assert page.text(".node.selected .name") == "up"
    assert lit(page) == [line_of("name: up")]


def test_blocks_fold_and_open(shown):
    page = shown(STACK)
    page.click(".node.group .kind", "encoder")
    count = page.drawn(1)
    assert page.count(".frame") == 1
    assert names(page, ".group")[:2] == ["0", "1"]
    page.click(".node.group .kind", "encoder")
    count = page.drawn(count)
    assert "mix" in names(page)
    page.click("#fold")
    page.drawn(count)
    assert page.count(".frame") == 0
    assert "stack" in names(page)


def test_search_finds_in_folded_blocks(shown):
    page = shown(STACK)
    page.key("/")
    page.type("feed.down")
    assert page.text("#found") == "0 of 12"
    assert page.texts(".node.hit .name") == ["stack"]
    page.key("Enter", "\r")
    page.drawn(1)
    assert page.text("#found") == "1 of 12"
    assert page.text(".node.selected .name") == "down"
    page.key("Escape")
    assert page.text("#found") == ""
    assert page.run("document.activeElement.dataset.id") is not None


def test_heat_is_shown_with_numbers(shown):
    page = shown(STACK)
    choose = "(e => { e.value = %s; e.dispatchEvent(new Event('change')); })"
    for kind, most in (("parameters", "28.8k"), ("flops", "FLOPs"), ("memory", "B of results")):
        page.run(f"{choose % json.dumps(kind)}(document.getElementById('heat'))")
        assert most in page.text("#legend-words")
        heats = page.run(
            "[...document.querySelectorAll('.node.hot')].map(e => [e.querySelector('.name')"
            ".textContent, parseFloat(e.style.getPropertyValue('--heat'))])"
        )
        heat = dict(heats)
        assert heat["stack"] == 100
        assert heat["probs"] < heat["stack"]
    page.run(f"{choose % json.dumps('')}(document.getElementById('heat'))")
    assert page.count(".hot") == 0


def test_the_keyboard_walks_along_edges(shown):
    page = shown(STACK)
    page.run("document.querySelector('.node[tabindex=\"0\"]').focus()")
    walked = []
    for _ in range(4):
        page.key("ArrowDown")
        walked.append(page.text(".node.selected .name"))
    assert walked == ["tokens", "embedding", "stack", "pool"]
    page.key("ArrowUp")
    assert page.text(".node.selected .name") == "stack"
    page.key("Enter", "\r")
    page.drawn(1)
    assert page.text(".frame.selected .frame-name").startswith("▾ stack")
    assert page.run("document.activeElement.dataset.id") == page.run(
        "document.querySelector('.frame.selected').dataset.id"
    )
    before = page.run("document.getElementById('graph').getAttribute('viewBox')")
    page.key("+")
    assert page.run("document.getElementById('graph').getAttribute('viewBox')") != before
    page.key("Escape")
    assert page.count(".selected") == 0


def test_every_part_has_a_name_that_is_spoken(shown):
    page = shown(STACK)
    spoken = page.run(
        "[...document.querySelectorAll('[role=button]')].map(e => e.getAttribute('aria-label'))"
    )
    assert "pool, LSTM, [batch, 4] float32, 336 parameters" in spoken
    assert all(spoken)
    unnamed = page.run(
        "[...document.querySelectorAll('button, input, select')].filter(e => !(e.textContent.trim()"
        " || e.getAttribute('aria-label') || e.labels?.length)).length"
    )
    assert unnamed == 0
    assert page.count('[tabindex="0"].node, [tabindex="0"].frame') == 1


def test_dark_is_what_the_system_says_and_a_switch(shown):
    page = shown(STACK, dark=True)
    assert luminance(page, "body", "backgroundColor") < 60
    assert luminance(page, ".line", "color") > 180
    page.click("#theme")
    assert luminance(page, "body", "backgroundColor") > 200
    page = shown(STACK)
    assert luminance(page, "body", "backgroundColor") > 200


def test_findings_stand_at_their_lines_and_layers(shown):
    page = shown(REFUSED)
    assert page.text("#findings-count") == "2 errors"
    assert page.texts(".line.error .inline") == [
        "Dense has no argument `unis`",
        "there is no layer type `Dens`",
    ]
    assert page.texts(".line .blamed") == ["unis", "Dens"]
    assert page.count(".family-refused .badge.error") == 2
    assert names(page, ".family-unknown") == ["d"]
    page.click(".name", "b")
    assert "did you mean `units`?" in page.text("#details")
    page.click("#findings-count")
    page.click("#findings-list button", "Dens`")
    assert page.text(".node.selected .name") == "c"


def test_two_specs_show_what_came_and_went(shown):
    old = STACK.replace("repeat: 12", "repeat: 1")
    new = old.replace("name: probs", "name: answer").replace("units: 4,", "units: 5,")
    new = new.replace(
        "  - {type: LSTM", "  - {type: Dense, units: 16, name: extra}\n  - {type: LSTM"
    )
    page = shown(old, new)
    assert names(page, ".node.added") == ["answer", "extra"]
    assert names(page, ".node.removed") == ["probs"]
    assert names(page, ".node.changed") == ["answer", "pool"]
    page.click(".name", "pool")
    assert "units: 4 → 5" in page.texts("#details dd")
    assert "interface and graph change" in page.text("#subtitle")


def test_what_went_has_its_lines_of_the_older_text(shown):
    old = STACK.replace("repeat: 12", "repeat: 1")
    gone = "  - {type: Dense, units: 2, name: probs}"
    page = shown(old, old.replace(gone + "\n", ""))
    assert page.text(".went").startswith("removed, of ")
    number = str(old.splitlines().index(gone) + 1)
    assert page.texts(".line.removed .number") == [number]
    assert page.texts(".line.removed code") == [gone]
    page.click(".node.removed .name", "probs")
    assert page.texts(".line.lit code") == [gone]
    page.click(".name", "pool")
    assert "LSTM" in page.text(".line.lit code")
    page.click(".line.removed code")
    assert page.text(".node.selected .name") == "probs"


def test_paper_has_the_graph_and_the_spec_and_no_buttons(shown):
    page = shown(STACK, dark=True)
    page.call("Emulation.setEmulatedMedia", media="print")
    page.settle()
    assert luminance(page, "body", "backgroundColor") > 250
    seen = "e => e.checkVisibility() && e.getBoundingClientRect().height > 0"
    assert (
        page.run(f"[...document.querySelectorAll('button, input, select')].some({seen})") is False
    )
    assert page.run(f"[...document.querySelectorAll('.line')].every({seen})") is True
    assert page.run(f"[...document.querySelectorAll('.node')].every({seen})") is True
    view = page.run("document.getElementById('graph').getAttribute('viewBox')").split()
    assert view[:2] == ["0", "0"]
    page.call("Emulation.setEmulatedMedia", media="")
    page.settle()
    assert page.run("document.getElementById('graph').getAttribute('viewBox')").split() != view


def test_hostile_names_stay_text(shown):
    clean = shown(
        "specc: 1\nname: n\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, units: 1}]\n"
    )
    kinds = "[...new Set([...document.querySelectorAll('*')].map(e => e.tagName))].sort()"
    expected = set(clean.run(kinds))
    dialogs = "window.__dialogs = 0; window.alert = () => { window.__dialogs += 1; }"
    for name in HOSTILE:
        quoted = json.dumps(name)
        layers = f"  - {{type: Dense, units: 1, name: {quoted}, {quoted}: 1}}\n"
        layers += f"  # {name}\n" if name.isprintable() else ""
        text = f"specc: 1\nname: {quoted}\ndoc: {quoted}\ninputs: {{x: {{shape: [2]}}}}\n"
        page = shown(f"{text}layers:\n{layers}", before=dialogs)
        assert set(page.run(kinds)) <= expected | {"P", "STRONG", "circle"}, name
        assert page.count("img, iframe, object, embed, a, base, form") == 0
        assert page.count("script") == 3
        assert page.run("window.__dialogs") == 0
        visible = page.run("document.body.innerText")
        assert not set(visible) & {"\u2028", "\u202e", "\x1b"}


LONG = (
    "window.__long = []; new PerformanceObserver(list => { for (const one of list.getEntries())"
    " window.__long.push(one.duration); }).observe({type: 'longtask'});"
)


def test_two_thousand_layers_do_not_freeze_it(shown, capsys):
    lines = [f"  - {{type: Dense, units: 8, name: l{number}}}\n" for number in range(2000)]
    lines[9::10] = [
        f"  - {{type: Add, name: l{number}, from: [l{number - 1}, l{number - 4}]}}\n"
        for number in range(9, 2000, 10)
    ]
    page = shown(f"specc: 1\ninputs: {{x: {{shape: [8]}}}}\nlayers:\n{''.join(lines)}", before=LONG)
    longest = max(page.run("window.__long"), default=0)
    with capsys.disabled():
        sys.stdout.write(f"\nthe longest task of 2,000 layers took {longest:.0f} ms\n")
    assert longest < 2000  # a freeze; that of a machine that does nothing else is a tenth
    assert page.text("#subtitle").startswith("2,000 layers")
    assert page.count(".node") < 500  # what nobody sees is not made
    # ten layers are alike, again and again: a box, which the search opens
    assert page.texts(".node.group .kind") == ["▸ sequence ×200"]
    page.click("#search")
    page.type("l1999")
    page.key("Enter", "\r")
    page.drawn(1)
    assert page.text(".node.selected .name") == "l1999"
    page.click("#open")
    page.drawn(2)
    assert page.count(".node") < 500
    longest = max(page.run("window.__long"), default=0)
    with capsys.disabled():
        sys.stdout.write(f"\nwith all of them open, {longest:.0f} ms\n")
    assert longest < 2000


def test_large_blocks_are_laid_out_in_frames_when_they_open(shown):
    page = shown(STACK.replace("repeat: 12", "repeat: 100"))
    page.click("#open")
    page.drawn(1)
    inside = page.run(
        "[...document.querySelectorAll('.frame rect')].slice(0, 3).map(e => [e.x, e.y, e.width,"
        " e.height].map(one => one.baseVal.value))"
    )
    (x, y, width, height), *rest = inside
    for left, top, across, down in rest:
        assert x <= left
        assert y <= top
        assert left + across <= x + width
        assert top + down <= y + height
