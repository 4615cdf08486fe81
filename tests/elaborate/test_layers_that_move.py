"""Settings of layers that only stand further down are those that were read."""

from spec_compiler.compile import analyze_text
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.expanding.items import ItemReader

LINES = [
    "specc: 1",
    "inputs: {x: {shape: [4]}}",
    "layers:",
    *(f"- {{type: Dense, name: d{n}, units: {n}}}" for n in range(1, 9)),
]


def test_a_layer_that_comes_or_goes_lets_the_others_be(monkeypatch):
    read, anew = ItemReader._read_anew, []

    def noted(self, item):
        anew.append(item.get("name").value)
        return read(self, item)

    monkeypatch.setattr(ItemReader, "_read_anew", noted)
    remembered = Remembered()

    def looked_at(lines):
        anew.clear()
        known = analyze_text("\n".join(lines), "m.yaml", remembered=remembered)
        assert not known.found.errors
        places = {step.name: step.call.item.node.span.line for step in known.program.steps.values()}
        assert places == {
            line.split("name: ")[1].split(",")[0]: at
            for at, line in enumerate(lines, 1)
            if "name: " in line
        }
        return {*anew}

    assert len(looked_at(LINES)) == 8
    around = {"d2", "d3"}  # what stands beside a change is read with it
    more = [*LINES[:5], "- {type: Dense, name: new, units: 3}", *LINES[5:]]
    assert looked_at(more) <= {*around, "new"}
    assert looked_at(LINES) <= around
    assert looked_at([*LINES[:5], LINES[5].replace("3}", "7}"), *LINES[6:]]) == {"d3"}
