"""A picture says what the spec is: its parts, what flows, what it costs, what is wrong where."""

from pictures import BLOCKS, REFUSED, STACK, box, picture

from spec_compiler.picture.picture import Lines


def names(found, role="layer"):
    return [one.name for one in found.boxes if one.role == role]


def flows(found):
    called = {one.id: one.name for one in found.boxes}
    return [(called[edge.source], called[edge.target]) for edge in found.edges]


def test_inputs_layers_and_outputs_are_boxes():
    found = picture(STACK)
    assert names(found, "input") == ["tokens"]
    assert names(found, "output") == ["probs"]
    each = ["mix", "feed.up", "feed.down", "feed.residual"]
    copies = [f"stack.{copy}.{name}" for copy in range(12) for name in each]
    assert names(found) == ["embedding", *copies, "pool", "probs"]
    assert len({one.id for one in (*found.boxes, *found.groups)}) == 52 + 1 + 25


def test_edges_have_shape_dtype_and_mask():
    found = picture(STACK)
    ids = {one.id: one.name for one in found.boxes if one.role != "output"}
    said = {
        (ids.get(edge.source), ids.get(edge.target)): (edge.label, edge.mask)
        for edge in found.edges
    }
    assert said["tokens", "embedding"] == ("[batch, seq] int32", "")
    assert said["embedding", "stack.0.mix"] == ("[batch, seq, 16] float32", "[batch, seq]")
    assert said["stack.0.feed.up", "stack.0.feed.down"][0] == "[batch, seq, 64] float32"
    assert said["pool", "probs"] == ("[batch, 4] float32", "")
    assert ("stack.0.mix", "stack.0.feed.residual") in said


def test_blocks_are_groups_within_groups_and_repeats_hold_copies():
    found = picture(STACK)
    groups = {group.name: group for group in found.groups}
    assert (groups["stack"].block, groups["stack"].copies) == ("encoder", 12)
    assert groups["stack.3"].group == groups["stack"].id
    assert groups["stack.3.feed"].group == groups["stack.3"].id
    assert box(found, "stack.3.feed.up").group == groups["stack.3.feed"].id
    assert box(found, "stack.3.mix").group == groups["stack.3"].id
    assert not box(found, "pool").group


def test_costs_are_numbers_for_sizes_that_are_given_or_assumed():
    up = box(picture(STACK, batch=2, seq=10), "stack.0.feed.up").costs
    assert up.parameters == 16 * 64 + 64
    assert up.memory == 2 * 10 * (64 * 4 + 1)  # float32, and a mask of a byte
    # products and sums, the bias, relu
    assert up.flops == 2 * 10 * 64 * (2 * 16 + 1 + 1)
    assert dict(picture(STACK).assumed) == {"batch": 1, "seq": 128}
    assert box(picture(STACK), "stack.0.feed.up").costs.memory == 128 * 257


def test_a_layer_knows_its_lines_in_every_copy():
    found = picture(STACK)
    lines = STACK.splitlines()
    assert box(found, "stack.7.feed.up").lines == Lines(11, 11)
    assert "name: up" in lines[10]
    assert box(found, "tokens").lines == Lines(5, 5)


def test_a_refused_spec_is_drawn_as_far_as_it_is_known():
    found = picture(REFUSED)
    assert names(found) == ["a"]
    assert names(found, "refused") == ["b", "c"]
    assert names(found, "unknown") == ["d"]
    assert flows(found) == [("x", "a"), ("d", "d"), ("a", "b"), ("b", "c"), ("c", "d")]
    assert box(found, "a").costs.parameters == 15
    at = {one.code: one for one in found.remarks}
    assert at["SPC0103"].boxes == (box(found, "b").id,)
    assert at["SPC0103"].lines == Lines(6, 6)
    assert at["SPC0103"].help == "did you mean `units`?"


def test_a_text_that_cannot_be_read_is_a_picture_of_its_text():
    found = picture("specc: 1\nlayers: [\n")
    assert found.boxes == ()
    assert found.text.startswith("specc: 1")
    assert found.remarks


def test_a_mistake_in_a_block_is_shown_in_every_copy():
    found = picture(STACK.replace("units: width, name: down", "units: width, name: down, unis: 3"))
    (remark,) = [one for one in found.remarks if one.severity == "error"]
    assert remark.lines == Lines(12, 12)
    assert remark.boxes


def test_each_block_of_a_file_of_blocks_is_drawn():
    found = picture(BLOCKS)
    assert names(found) == ["one.a", "two.b", "two.c"]
    assert [group.block for group in found.groups] == ["one", "two"]
    assert len({one.id for one in (*found.boxes, *found.groups)}) == 3 + 2 + 2 + 2


def test_shared_weights_are_an_edge_and_cost_once():
    text = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
  - {type: Dense, units: 4, name: a}
  - {reuse: a, name: b}
"""
    found = picture(text)
    assert [edge.kind for edge in found.edges] == ["data", "data", "weights", "data"]
    assert (box(found, "a").costs.parameters, box(found, "b").costs.parameters) == (20, 0)
    assert box(found, "b").reuse == "a"
