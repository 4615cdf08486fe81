"""What other libraries call a loss; what it means here may depend on labels and on the output."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.fixes import Fix, called, rename, write

_CLASSES = (
    "write `sparse_categorical_crossentropy` where labels are numbers of classes, "
    "`categorical_crossentropy` where they are one-hot, `binary_crossentropy` for yes or no"
)
_OF_LOGITS = (
    "write `{type: sparse_categorical_crossentropy, from_logits: true}` where labels are numbers "
    "of classes, `categorical_crossentropy` so where they are one-hot; without `from_logits` after "
    "`softmax`"
)
NAMES: Mapping[str, str | Fix] = {
    **dict.fromkeys(
        ("crossentropy", "ce", "xent", "logloss", "log", "negativeloglikelihood"),
        called("sparse_categorical_crossentropy", _CLASSES),
    ),
    "softmaxcrossentropy": called("sparse_categorical_crossentropy", _CLASSES),
    **dict.fromkeys(
        ("crossentropyloss", "softmaxcrossentropywithlogits", "crossentropywithlogits"),
        write(
            "{type: sparse_categorical_crossentropy, from_logits: true}",
            words=_OF_LOGITS,
            safe=False,
        ),
    ),
    "sparsesoftmaxcrossentropywithlogits": write(
        "{type: sparse_categorical_crossentropy, from_logits: true}"
    ),
    **dict.fromkeys(
        ("nll", "nllloss"),
        called(
            "sparse_categorical_crossentropy",
            "it reads logarithms of probabilities: write `sparse_categorical_crossentropy`, after "
            "`softmax` rather than `log_softmax`",
        ),
    ),
    **dict.fromkeys(
        (
            *("bcewithlogits", "bcewithlogitsloss", "binarycrossentropywithlogits"),
            *("sigmoidcrossentropy", "sigmoidcrossentropywithlogits"),
        ),
        write("{type: binary_crossentropy, from_logits: true}"),
    ),
    "bceloss": rename("binary_crossentropy", safe=True),
    "logistic": rename("binary_crossentropy", safe=False),
    "cce": rename("categorical_crossentropy", safe=True),
    **dict.fromkeys(
        ("scce", "sparsecrossentropy", "sparsecategorical"),
        rename("sparse_categorical_crossentropy", safe=True),
    ),
    **dict.fromkeys(
        ("mseloss", "squarederror", "meansquared"),
        rename("mean_squared_error", safe=True),
    ),
    **dict.fromkeys(("l2", "l2loss", "quadratic"), rename("mean_squared_error", safe=False)),
    **dict.fromkeys(
        ("l1", "l1loss", "maeloss", "absoluteerror"), rename("mean_absolute_error", safe=True)
    ),
    **dict.fromkeys(("smoothl1", "smoothl1loss", "huberloss"), rename("huber", safe=True)),
    **dict.fromkeys(
        ("kl", "kldiv", "kldivloss"),
        called("kl_divergence", "write `kl_divergence`: it reads probabilities, no logarithms"),
    ),
    **dict.fromkeys(("focal", "focalloss"),
        "write `binary_focal_crossentropy` for yes or no, `categorical_focal_crossentropy` where "
        "labels are one-hot",
    ),
    **dict.fromkeys(
        ("rmse", "rootmeansquarederror"),
        called(
            "mean_squared_error",
            "write `mean_squared_error`, whose root is least where it is, and "
            "`metrics: [root_mean_squared_error]`",
        ),
    ),
    "ctcloss": rename("ctc", safe=False),
    **dict.fromkeys(("poissonnll", "poissonnllloss"), rename("poisson", safe=False)),
    **dict.fromkeys(
        ("accuracy", "acc", "f1", "auc"),
        "it has no slope, so it is a metric: `metrics: [accuracy]`; for classes write "
        "`sparse_categorical_crossentropy` or `categorical_crossentropy`",
    ),
}  # fmt: skip
"""By names in small letters, without underscores."""
