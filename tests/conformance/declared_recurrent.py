"""Cases of recurrent layers, of their cells, and of layers inside of others."""

from __future__ import annotations

from typing import Any

from declared import ROWS_WITH_GAPS
from declaring import Fed, case
from keras import layers

_NOTE = (
    "masks with gaps at start, middle and end; a masked step repeats the previous output and keeps "
    "the state (Bidirectional with sequences: zeros instead)"
)


def _masked(x: Any) -> Any:
    return layers.Masking(name="mask")(x)


# --- by themselves -----------------------------------------------------------------------------


@case("rnn_simple", x=Fed(5, 3))
def _(x: Any) -> Any:
    layer = layers.SimpleRNN(4, return_sequences=True, name="l")
    return layer(x, training=False, mask=None)


@case("rnn_gru_reset_before", x=Fed(5, 3))
def _(x: Any) -> Any:
    return layers.GRU(4, reset_after=False, name="l")(x, training=False, mask=None)


@case("mask_rnn_gru_seq", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note=_NOTE)
def _(x: Any) -> Any:
    kept = _masked(x)
    layer = layers.GRU(3, return_sequences=True, name="l")
    return layer(kept, training=False, mask=kept._keras_mask)


@case("rnn_gru_states_back", x=Fed(5, 3), h=Fed(4))
def _(x: Any, h: Any) -> Any:
    gru = layers.GRU(
        4,
        go_backwards=True,
        return_state=True,
        return_sequences=True,
        activation="relu",
        recurrent_activation="hard_sigmoid",
        name="l",
    )
    return gru(x, initial_state=h)


@case("rnn_simple_no_bias_state", x=Fed(None, 3), h=Fed(2), note="steps that the model leaves open")
def _(x: Any, h: Any) -> Any:
    layer = layers.SimpleRNN(2, use_bias=False, return_state=True, name="l")
    return layer(x, initial_state=h)


@case("mask_rnn_zero_output", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    return layers.GRU(3, return_sequences=True, zero_output_for_mask=True, name="l")(_masked(x))


# --- cells -------------------------------------------------------------------------------------


@case("rnn_cell_lstm", x=Fed(5, 3))
def _(x: Any) -> Any:
    return layers.RNN(layers.LSTMCell(4, name="cell"), return_state=True, name="r")(x)


@case("rnn_cell_alone", x=Fed(3), h=Fed(4), c=Fed(4), g=Fed(2))
def _(x: Any, h: Any, c: Any, g: Any) -> Any:
    output, (_, memory) = layers.LSTMCell(4, name="a")(x, [h, c])
    y, _ = layers.GRUCell(2, name="b")(output, g)
    return [y, memory]


@case("mask_rnn_cells_stacked", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    cells = [
        layers.LSTMCell(4, name="a"),
        layers.GRUCell(3, reset_after=False, name="b"),
        layers.SimpleRNNCell(2, name="c"),
    ]
    return layers.RNN(cells, return_sequences=True, return_state=True, name="r")(_masked(x))


@case("rnn_cells_stacked_states", x=Fed(4, 3), h=Fed(4), c=Fed(4), g=Fed(2))
def _(x: Any, h: Any, c: Any, g: Any) -> Any:
    cells = [layers.LSTMCell(4, name="a"), layers.GRUCell(2, name="b")]
    return layers.RNN(cells, go_backwards=True, name="r")(x, initial_state=[[h, c], g])


# --- both ways ---------------------------------------------------------------------------------


@case("mask_rnn_bilstm_concat", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note=_NOTE)
def _(x: Any) -> Any:
    return layers.Bidirectional(layers.LSTM(3, return_sequences=True, name="c"), name="l")(
        _masked(x)
    )


@case("mask_rnn_bilstm_last_sum", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note=_NOTE)
def _(x: Any) -> Any:
    return layers.Bidirectional(layers.LSTM(3, name="c"), merge_mode="sum", name="l")(_masked(x))


@case("mask_rnn_bigru_mul", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note=_NOTE)
def _(x: Any) -> Any:
    return layers.Bidirectional(layers.GRU(3, name="c"), merge_mode="mul", name="l")(_masked(x))


@case("mask_rnn_birnn_none", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note=_NOTE)
def _(x: Any) -> Any:
    inner = layers.SimpleRNN(3, return_sequences=True, name="c")
    return layers.Bidirectional(inner, merge_mode=None, name="l")(_masked(x))


@case("mask_rnn_birnn_none_read", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    inner = layers.SimpleRNN(3, return_sequences=True, name="c")
    _, backward = layers.Bidirectional(inner, merge_mode=None, name="l")(_masked(x))
    return layers.LSTM(2, name="m_")(backward)


@case("rnn_bilstm_states", x=Fed(4, 3), a=Fed(2), b=Fed(2), c=Fed(2), d=Fed(2))
def _(x: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    inner = layers.LSTM(2, return_state=True, return_sequences=True, name="c_")
    both = layers.Bidirectional(inner, merge_mode="ave", name="l")
    return both(x, initial_state=[a, b, c, d])


@case("mask_rnn_bi_backward_layer", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    forward = layers.RNN(layers.GRUCell(2, name="g"), return_sequences=True, name="f")
    backward = layers.LSTM(3, return_sequences=True, go_backwards=True, name="b")
    return layers.Bidirectional(forward, backward_layer=backward, name="l")(_masked(x))


@case(
    "text_bigru",
    x=Fed(None, rows=3, dtype="int32", below=9, padded=((0, 5), (1, 3), (1, 4), (1, 5))),
)
def _(x: Any) -> Any:
    embedded = layers.Embedding(9, 4, mask_zero=True, name="emb")(x)
    both = layers.Bidirectional(layers.GRU(4, name="c"), name="r")(embedded)
    return layers.Dense(3, activation="softmax", name="d")(both)


# --- at every step -----------------------------------------------------------------------------


@case("td_flatten", x=Fed(3, 2, 4))
def _(x: Any) -> Any:
    return layers.TimeDistributed(layers.Flatten(name="i"), name="t")(x, mask=None)


@case("td_dense_masked", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    return layers.TimeDistributed(layers.Dense(2, name="i"), name="t")(_masked(x))


@case("td_of_bidirectional", x=Fed(3, 4, 2))
def _(x: Any) -> Any:
    inner = layers.Bidirectional(layers.LSTM(2, name="c"), name="i")
    return layers.TimeDistributed(inner, name="t")(x)


@case("td_words_of_sentences", x=Fed(3, 4, dtype="int32", below=9, padded=((0, 1), (1, 2))))
def _(x: Any) -> Any:
    words = layers.Embedding(9, 4, mask_zero=True, name="emb")(x)
    sentences = layers.TimeDistributed(layers.GRU(3, name="i"), name="t")(words)
    return layers.Flatten(name="f")(sentences)  # where the mask of words ends
