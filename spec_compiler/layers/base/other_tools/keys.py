"""What other tools call the keys of layers: who it is, what feeds it, its sizes, how it learns.

A name that means the same is a mend that is certain; one that mostly does is a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, advise, entry, lift, remove, write
from spec_compiler.layers.base.other_tools.words import needless, of_elsewhere, of_meaning
from spec_compiler.spelling import folded

_SURE: Names = other_names(
    {
        "name": "id identifier label layer_name node_name layer_id op_name",
        "from": "needs depends_on inbound inbound_nodes source sources parents parent prev "
        "previous bottom src predecessors input_layer input_layers input_from input_names "
        "connect_to follows fed_by upstream input_nodes dependencies reads takes "
        "connected_to after",
        "trainable": "requires_grad learnable is_trainable",
        "activation": "activation_function hidden_act act_fn activation_fn non_linearity "
        "act_layer act_func hidden_activation nonlinearity",
        "kernel_initializer": "kernel_init weight_init weight_initializer w_init init_method "
        "weights_initializer weight_initialization",
        "embeddings_initializer": "embedding_init weight_init",
        "bias_initializer": "bias_init b_init biases_initializer",
        "recurrent_initializer": "recurrent_init",
        "kernel_regularizer": "weight_regularizer kernel_reg weights_regularizer weight_reg",
        "use_bias": "with_bias has_bias bias_term add_bias bias",
        "epsilon": "variance_epsilon layer_norm_eps norm_eps rms_norm_eps bn_eps eps",
        "kernel_size": "kernel_shape",
        "pool_size": "kernel_shape pool_shape pooling_size pool kernel_size",
        "strides": "stride_size step conv_stride",
        "dilation_rate": "dilations dilation",
        "groups": "feature_group_count num_groups n_groups",
        "rate": "ratio dropout_ratio probability dropout_probability dropout_p p prob "
        "drop_rate drop_prob dropout_rate dropout_prob dropout",
        "dropout": "attention_dropout attn_dropout attention_probs_dropout_prob attn_pdrop "
        "input_dropout dropout_rate dropout_prob attention_dropout_rate",
        "recurrent_dropout": "recurrent_dropout_rate",
        "axis": "concat_axis dim",
        "size": "upsampling_factor factor scale scales scale_factor",
        "interpolation": "mode resample",
        "layer": "module inner wrapped wrapped_layer base_layer rnn sublayer",
        "go_backwards": "backwards",
        "negative_slope": "leak leakiness alpha slope",
        "merge_mode": "merge combine",
        "function": "forward code body lambda_fn equation_fn",
        "units": "out_features hidden_size",
        "input_dim": "num_embeddings vocab_size",
        "output_dim": "embedding_dim embed_dim",
        "filters": "out_channels",
        "num_heads": "nhead heads n_heads n_head num_attention_heads",
        "num_query_heads": "nhead heads n_heads n_head num_attention_heads",
        "key_dim": "head_dim size_per_head d_k",
        "head_dim": "size_per_head d_k",
        "value_dim": "d_v",
        "alpha": "negative_slope",
        "n": "times repeats",
    }
)
"""Names that mean what ours do."""
_LIKELY: Names = other_names(
    {
        "from": "input inputs",
        "expect": "output outputs claim claims assert",
        "activation": "act fn",
        "function": "expression expr f lambda act fn",
        "use_causal_mask": "causal is_causal causal_mask causal_attention",
        "shape": "size",
        "recurrent_dropout": "hidden_dropout",
        "go_backwards": "reverse reversed",
        "kernel_regularizer": "W_regularizer regularizer regularization regulariser",
        "embeddings_regularizer": "W_regularizer regularizer regularization regulariser",
        "recurrent_regularizer": "U_regularizer",
        "bias_regularizer": "b_regularizer",
        "kernel_constraint": "W_constraint constraint weight_constraint",
        "embeddings_constraint": "W_constraint constraint weight_constraint",
        "recurrent_constraint": "U_constraint",
        "bias_constraint": "b_constraint",
        "kernel_initializer": "initializer initialization initialiser init",
        "embeddings_initializer": "initializer initialization initialiser init",
        "recurrent_initializer": "inner_init",
        "units": "num_classes n_classes classes num_outputs n_out dense_units num_labels "
        "fc_dim n_hidden_units cells num_cells hidden_channels output_units d_model "
        "dim_feedforward hidden_dim hidden_units output_size nodes n_units width hidden n_embd "
        "out_dim dim_out n_hidden size n neurons num_units features output_dim",
        "input_dim": "num_words max_features vocabulary_size n_tokens n_embeddings vocab_len "
        "num_categories cardinality vocab n_vocab num_tokens",
        "output_dim": "emb_dim embedding_size d_embed emb_size dimension n_factors d_model "
        "dim_feedforward hidden_dim hidden_units output_size nodes n_units width hidden n_embd "
        "out_dim dim_out n_hidden units size n neurons num_units features out_features hidden_size "
        "dim",
        "target_shape": "output_shape shape_out to out_shape size dims shape new_shape "
        "unflattened_size",
        "filters": "num_filters n_channels nb_filter num_output features_out output_channels "
        "depth_out channels units features",
        "mask_zero": "masking use_mask mask_padding ignore_zero",
        "num_heads": "attention_heads n_attention_heads",
        "kernel_size": "kernel filter_size size dims",
        "pool_size": "window window_size",
        "dims": "order axes perm",
    }
)
_KINDS: Names = other_names(
    {
        "type": "layer kind op op_type layer_type class cls _target_ operator operation class_path "
        "layer_class type_name node_type operation_type module_type layer_kind class_type "
        "component_type class_name"
    }
)
_OWN = frozenset(name for names in (_SURE, _LIKELY) for found in names.values() for name in found)
_INVERSE = {"frozen": "trainable", "freeze": "trainable", "stateless": "stateful"}
_PENALTIES = {folded(f"{norm}{end}"): norm for norm in ("l1", "l2")
              for end in ("", "_reg", "_regularization", "_regularizer", "_penalty", "_lambda",
                          "_weight")}  # fmt: skip
_SHARED = any_of(
    "share_with shared_with share_weights_with tied_to tie_to tied_with weights_from weight_from "
    "shared_from reuse_of share_from copy_of"
)
_CLAIMS = frozenset({"test", "tests", "check", "checks", "asserts", "assertions"})
_SHAPES = frozenset({"outputshape", "expectshape", "expectedshape", "outshape", "shapeout"})
_IS_OUTPUT = frozenset({"output", "isoutput", "outputs", "aslast", "final", "islast"})
_WHERE_IT_RUNS = any_of("device gpu placement device_map to_device")


def of_layer(
    kind: str, key: str, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    """What to write for an argument that a layer has not; None where nothing is known of it.

    Args:
        kind: The type of the layer.
        key: What is written.
        given: All that stands beside it; without it, where a rule asks for the name of something.
        known: What the layer takes.
    """
    if key in given:
        value, plain = given[key], folded(key)
        for rule in (_of_its_weights, _of_its_place):
            if found := rule(kind, key, value, given, known):
                return found
        if plain in _PENALTIES and "kernel_regularizer" in known:
            return _penalty(_PENALTIES[plain], value, given)
        if found := of_meaning(kind, key, given, known):
            return found
    own = {*known, *(("name", "from", "mask", "expect") if key in given else ())}
    taken = [*given, *(name for name in _OWN if name not in own)]
    for names, safe in ((_SURE, True), (_LIKELY, False)):
        if found := meant(names, key, taken, safe=safe):
            whether = found.text != "use_bias" or isinstance(given.get(key, True), bool)
            return found if whether else found._replace(safe=False)
    if found := needless(key):
        return found
    ours = (*_SURE.get(folded(key), ()), *_LIKELY.get(folded(key), ()))
    same = next((name for name in ours if name in given and name in known), None)
    if same and given.get(key) == given[same]:
        return remove(f"leave it out: `{same}` says the same", safe=True)
    return of_elsewhere(key, given.get(key))


def kind_of_layer(given: Mapping[str, object]) -> tuple[str, Fix] | None:
    """The key that says what a layer is in other tools, and its mend; None where there is none."""
    for key, value in given.items():
        if meant(_KINDS, key, ()) is None or not isinstance(value, str):
            continue
        fix = Fix("name", "type", help=f"write `type: {value}`")
        if key == "class_name":
            words = f"{fix.help}, with what `config` holds beside it; `specc import` reads a file "
            fix = fix._replace(help=f"{words}that Keras wrote", safe=False)
        config = given.get("config")
        if is_mapping(config) and config and config.keys().isdisjoint(given):
            fix = fix.and_(lift("").on("config"))
        return key, fix
    return None


def _penalty(norm: str, value: object, given: Mapping[str, object]) -> str | Fix | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "a penalty on weights is `kernel_regularizer: {type: l2, l2: 0.01}`"
    text = f"{{type: {norm}, {norm}: {value}}}"
    words = f"write `kernel_regularizer: {text}`"
    if "kernel_regularizer" in given:
        return advise(words)
    return entry("kernel_regularizer", text, words, safe=True)


def _of_its_weights(
    kind: str, key: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    """Keys that say the opposite of ours, and those that share weights."""
    other = _INVERSE.get(folded(key))
    if other and other in known and isinstance(value, bool) and other not in given:
        text = "false" if value else "true"
        return entry(other, text, f"write `{other}: {text}`", safe=True)
    if folded(key) not in _SHARED:
        return None
    if not isinstance(value, str):
        return "a layer above is called again by `{reuse: NAME}`, in the place of `type`"
    beside = [name for name in ("name", "from") if name in given]
    rest = "".join(f", {name}: {in_braces(given[name])}" for name in beside)
    text = f"{{reuse: {value}{rest}}}"
    words = f"write `{text}`: a second call of that layer, with its weights and arguments"
    return write(text, words=words, safe=False).on()


def _of_its_place(
    kind: str, key: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    """Keys that belong elsewhere, or say what is so in any case."""
    if folded(key) in _CLAIMS:
        return _claims(value, given)
    claims = folded(key) in _SHAPES and "target_shape" not in known
    if claims and is_list(value) and "expect" not in given:
        text = f"{{shape: {in_braces(value)}}}"
        return entry("expect", text, f"write `expect: {text}`, with the batch axis")
    if folded(key) in _IS_OUTPUT and isinstance(value, bool):
        named = given.get("name", kind.lower())
        return remove(f"leave it out, and name the layer at the end: `outputs: {named}`")
    if folded(key) in _WHERE_IT_RUNS:
        return remove("leave it out: where a model runs is not said in a spec")
    if folded(key) == "paddingmode" and "padding" in known:
        if value in {"zeros", "constant"}:
            return remove("leave it out: what is added is 0", safe=True)
        return "what is added is 0 here: a Lambda before it can add something else"
    if key == "momentum" and "epsilon" in known:
        return remove("leave it out: only BatchNormalization has moving statistics")
    heads = {"num_heads", "key_dim"} & {key}
    if heads and kind in {"Attention", "AdditiveAttention"}:
        words = "MultiHeadAttention has heads: write `type: MultiHeadAttention`"
        return write("MultiHeadAttention", words=words, safe=False).on("type")
    if folded(key) == "nodeid" or (key in {"index", "order"} and type(value) is int):
        return remove("leave it out: the order is that of the list")
    return None


def _claims(value: object, given: Mapping[str, object]) -> str | Fix | None:
    """Tests of a layer, which are claims about it."""
    words = "what a layer gives is claimed beside it, `expect: {shape: [batch, 8]}`; runs are "
    words += "tested under `tests`"
    claim = value[0] if is_list(value) and len(value) == 1 else value
    inner = claim.get("expect", claim) if is_mapping(claim) else None
    if not is_mapping(inner) or not inner.keys() <= {"shape", "dtype", "mask"} or "expect" in given:
        return words
    return entry("expect", in_braces(inner), f"write `expect: {in_braces(inner)}`")
