"""What is found is told while it is typed, at its place, for the text that it is about."""

from client import ends

SPEC = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: first, units: 3}
- {type: Dense, name: second, unitz: 3}
"""


def test_a_mistake_has_its_code_its_place_and_its_mend(client, uri):
    client.open(uri, SPEC)
    (found,) = client.found(uri)
    assert found["code"] == "SPC0103"
    assert found["severity"] == 1
    assert found["source"] == "specc"
    assert ends(found["range"]) == ((4, 30), (4, 35))
    assert "`unitz`" in found["message"]
    assert "did you mean `units`?" in found["message"]
    (edit,) = found["data"]["edits"]
    assert (ends(edit["range"]), edit["newText"]) == (ends(found["range"]), "units")
    assert found["data"]["safe"]


def test_what_is_mended_is_gone(client, uri):
    client.open(uri, SPEC)
    assert client.found(uri)
    client.change(uri, "units", ((4, 30), (4, 35)))
    assert client.found(uri) == []
    client.close(uri)


def test_other_places_are_named(client, uri):
    client.open(uri, SPEC.replace("second", "first").replace("unitz", "units"))
    (found,) = client.found(uri)
    related = found["relatedInformation"]
    assert [ends(item["location"]["range"])[0][0] for item in related] == [3]
    assert all(item["location"]["uri"] == uri for item in related)


def test_what_nothing_uses_is_grey(client, uri):
    client.open(uri, SPEC.replace("unitz", "units") + "params: {idle: 3}\n")
    (found,) = client.found(uri)
    assert (found["code"], found["severity"], found["tags"]) == ("SPC1001", 2, [1])


def test_of_other_yaml_nothing_is_said(client, uri):
    client.open(uri, "services:\n  web: {image: x}\n")
    assert client.found(uri) == []
