"""What other libraries call a metric."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.fixes import Fix, rename, write

_TOP = write(
    "{type: sparse_top_k_categorical_accuracy, k: 5}",
    words="write `{type: sparse_top_k_categorical_accuracy, k: 5}` where labels are numbers of "
    "classes, "
    "`top_k_categorical_accuracy` so where they are one-hot",
    safe=False,
)
NAMES: Mapping[str, str | Fix] = {
    **dict.fromkeys(("f1", "fscore", "f1measure"), rename("f1_score", safe=True)),
    **dict.fromkeys(("fbeta",), rename("fbeta_score", safe=True)),
    **dict.fromkeys(("rmse", "rootmse"), rename("root_mean_squared_error", safe=True)),
    **dict.fromkeys(("r2", "rsquared"), rename("r2_score", safe=True)),
    **dict.fromkeys(("rocauc", "aucroc", "rocaucscore", "auroc"), rename("auc", safe=True)),
    **dict.fromkeys(
        ("top5", "top5accuracy", "topk", "topkaccuracy", "top1", "top3", "top3accuracy"), _TOP
    ),
    **dict.fromkeys(
        ("crossentropy", "ce", "logloss", "perplexity"),
        "write `sparse_categorical_crossentropy` where labels are numbers of classes, "
        "`categorical_crossentropy` where they are one-hot; a perplexity is `exp` of it",
    ),
    **dict.fromkeys(
        ("dice", "jaccard", "miou"), "write `{type: mean_iou, num_classes: …}`, or its kin"
    ),
}
"""By names in small letters, without underscores."""
