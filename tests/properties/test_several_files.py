"""What a spec means does not depend on how many files it is written in."""

from holding import Held
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_specs import Spec, specs
from several_files import a_spec_used_as_a_block, blocks_in_a_file_of_their_own


@settings(settings.get_profile("repeated"))
@given(specs(kinds=("use", "use", "Dense", "LSTM", "Identity")))
def test_blocks_may_stand_in_a_file_of_their_own(spec: Spec):
    assume("blocks" in spec.document)
    blocks_in_a_file_of_their_own(spec.document, Held.of(spec, 0).model.program)


@given(specs(), st.integers(0, 2**32 - 1))
def test_a_whole_spec_used_as_a_block_gives_what_it_gives_alone(spec: Spec, seed: int):
    assume(any("tensor" not in entry for entry in spec.document["inputs"].values()))
    a_spec_used_as_a_block(spec.document, Held.of(spec, 0).model.program, seed)
