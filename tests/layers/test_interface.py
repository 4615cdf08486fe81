"""What a class of layers says of ports, outputs, weights and masks is what its examples show."""

from dataclasses import replace

import pytest
from test_examples import GIVEN, compiled, kin, listed

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inner_layer import Wrapper
from spec_compiler.layers.base.interface import ByAuthor, ByInner, Passing, Roles, Several
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.writing.yaml_text import to_yaml

SHOWN = {
    name: [example for example in cls.examples if example.gives] for name, cls in LAYERS.items()
}


# --- ports ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYERS)
def test_examples_feed_as_many_inputs_as_there_are_ports(name):
    ports = LAYERS[name].ports
    if isinstance(ports, ByInner):
        for example in SHOWN[name]:
            fed = LAYERS[name].ports_with(example.settings)
            count = len(listed(example.takes))
            assert len(fed.required) <= count <= len(fed.names)
        return
    counts = {len(listed(example.takes)) for example in SHOWN[name]}
    if isinstance(ports, Roles):
        assert (min(counts), max(counts)) == (len(ports.required), len(ports.names))
    elif isinstance(ports, Several):
        assert max(counts) > 1
    else:
        assert isinstance(ports, ByAuthor)
        assert {1, 2} <= counts


# --- outputs and weights -------------------------------------------------------------------------


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_an_example_has_the_outputs_that_are_declared(cls, example):
    (step,) = compiled(cls, example).steps.values()
    declared = cls.output_names(example.settings)
    assert tuple(step.results) == (declared if len(declared) > 1 else ("",))


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_an_example_has_the_weights_that_are_declared(cls, example):
    program = compiled(cls, example)
    (step,) = program.steps.values()
    found = [name.removeprefix(f"{step.name}.") for name in program.graph.weights]
    # Keras adds the weights of an adaptation when all others are there
    found.sort(key=lambda name: name.startswith("lora_"))
    assert tuple(found) == cls.weight_names(example.settings)


@pytest.mark.parametrize("name", LAYERS)
def test_each_output_and_weight_is_shown_and_each_of_its_switches_is_shown_off(name):
    cls = LAYERS[name]
    for item in (*cls.outputs, *cls.learned):
        settings = [example.settings for other in kin(cls) for example in SHOWN[other]]
        assert any(item.name in cls.present((item,), stated) for stated in settings), item
        if item.unless:
            assert any(cls.is_on((item.unless,), stated) for stated in settings), item
        for switch in item.when:
            others = tuple(other for other in item.when if other != switch)
            assert any(
                cls.is_on(others, stated) and not cls.is_on((switch,), stated)
                for stated in settings
            ), (item, switch)


# --- masks ---------------------------------------------------------------------------------------


def passes(cls, said, on, given):
    """Whether the class says that the result has a mask; None where the layer proves it itself."""
    masks = cls.masks
    if masks.makes and on:
        return said != "drop"
    if said == "drop" or not on or not any(given):
        return False
    return {
        Passing.NEVER: False,
        Passing.FIRST: given[0],
        Passing.EVERY: all(given),
        Passing.JOINED: all(given) or None,
        Passing.PROVED: None,
    }[masks.passes]


def expected(cls, settings, given):
    """What may come of it: a mask, none, or a refusal by its code."""
    masks, said = cls.masks, settings.get("mask")
    passed = passes(cls, said, cls.is_on(masks.when, settings), given)
    if passed or (passed is False and (masks.uses or said == "drop" or not any(given))):
        return {passed}
    if said == "pass":
        return {True, "SPC0411"} if masks.provable else {"SPC0411"}
    if isinstance(cls.ports, ByAuthor) and "mask(" in str(settings):
        return {True, False}  # it is read
    return {"SPC0410"} if passed is False else {True, "SPC0410"}


def found(cls, example, settings, given):
    """What comes of an example with other inputs masked, or with something else said of masks."""
    document = example_spec(cls, replace(example, settings=settings))
    for declared, mask in zip([*document["inputs"].values()][: len(given)], given, strict=True):
        declared["mask"] = mask
    try:
        program = program_of_text(to_yaml(document), "example.yaml")
    except SpecError as refused:
        (code,) = {item.code for item in refused.diagnostics.errors}
        return code
    return next(iter(program.outputs.values())).mask is not None


UNFIT = {
    "SPC0412",  # of a shape that the layer cannot use
    "SPC0130",  # not there, and the example's text names it
}


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_masks_go_the_way_that_is_declared(cls, example):
    """Whatever inputs have one, and whether or not it is said to pass or to be dropped."""
    if "mask[" in str(example.takes):  # `mask` says what it is
        shown = next(iter(compiled(cls, example).outputs.values()))
        given = tuple("mask" in text for text in listed(example.takes))
        assert {shown.mask is not None} == expected(cls, example.settings, given)
        return
    # what passes masks may end one that is for the features of vectors themselves
    ranks = [text.count(",") + 1 for text in listed(example.takes)]
    able = [rank > 2 or cls.masks.passes is Passing.NEVER for rank in ranks]
    choices = {tuple(able), (False,) * len(able)}
    choices |= {tuple(may and i == j for j, may in enumerate(able)) for i in range(len(able))}
    for given in choices:
        for said in ({}, {"mask": "pass"}, {"mask": "drop"}):
            settings = {**example.settings, **said}
            result = found(cls, example, settings, given)
            assert result in expected(cls, settings, given) | UNFIT, (given, said)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_that_uses_a_mask_shows_it_in_its_numbers(name):
    cls = LAYERS[name]
    texts = [
        text
        for example in SHOWN[name]
        for text in (*listed(example.equals), *example.where.values())
    ]
    of_inner = issubclass(cls, Wrapper) and not cls.masks.uses  # the layer inside may use it
    if not of_inner and cls.masks.passes in {Passing.NEVER, Passing.FIRST, Passing.JOINED}:
        assert cls.masks.uses == any("mask(" in text for text in texts)


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_said_to_be_provable_has_a_proof(name):
    cls = LAYERS[name]
    proved = cls.carry_mask is not Layer.carry_mask or cls.masks.passes is Passing.PROVED
    assert cls.masks.provable == proved
