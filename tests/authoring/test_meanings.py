"""What texts are: of each key whose value is a text somebody has said what it means."""

import pytest

from spec_compiler.authoring.grammar import declared, document_form, type_form
from spec_compiler.language.blocks import BlockInput, BlockOutput
from spec_compiler.language.document import DimDeclaration, Header, Param
from spec_compiler.language.inputs import Input, TensorFile
from spec_compiler.language.items import Reuse
from spec_compiler.language.outputs import Output
from spec_compiler.language.tests import Expectation, SpecTest
from spec_compiler.language.train import EarlyStopping, Label, Train
from spec_compiler.language.use import CellUse, Use
from spec_compiler.layers import LAYERS

FREE = {"doc", "name"}
"""Keys whose texts are for the reader, or are names that are given here."""
ALSO_FREE = {
    (TensorFile, "key"), (Expectation, "key"), (EarlyStopping, "monitor"),
}  # fmt: skip
"""Other texts that nothing in the spec decides."""


@pytest.mark.parametrize(
    "cls",
    [BlockInput, BlockOutput, CellUse, DimDeclaration, EarlyStopping, Expectation, Header, Input,
     Label, Output, Param, Reuse, SpecTest, TensorFile, Train, Use],
)  # fmt: skip
def test_a_text_of_the_language_means_something(cls):
    untold = {
        name
        for name, field in declared(cls).fields.items()
        if "text" in field.form().kinds and name not in FREE and (cls, name) not in ALSO_FREE
    }
    assert untold == set()


def test_every_layer_has_its_arguments_and_words():
    for kind, cls in LAYERS.items():
        form = type_form(kind)
        own = {field.alias or name for name, field in cls.model_fields.items()}
        assert own <= form.fields.keys(), kind
        assert all(field.words for field in form.fields.values()), kind
        for field in form.fields.values():
            field.form()


def test_the_document_has_its_sections_and_words():
    fields = document_form().fields
    assert {"inputs", "layers", "outputs", "blocks", "defaults", "tests", "train"} <= fields.keys()
    assert all(field.words for field in fields.values())
