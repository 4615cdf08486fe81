"""Keras's losses, by name or with arguments."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Registry
from spec_compiler.fixes import Fix
from spec_compiler.training.losses.loss import Loss


def _elsewhere(name: str) -> str | Fix | None:
    # only where a loss is not known
    from spec_compiler.training.losses.other_tools import of_loss

    return of_loss(name)


LOSSES = Registry(
    "a loss",
    Catalogue[type[Loss]](
        __name__,
        {
            "mean_squared_error": "distances.MeanSquaredError",
            "MeanSquaredError": "distances.MeanSquaredError",
            "mse": "distances.MeanSquaredError",
            "MSE": "distances.MeanSquaredError",
            "mean_absolute_error": "distances.MeanAbsoluteError",
            "MeanAbsoluteError": "distances.MeanAbsoluteError",
            "mae": "distances.MeanAbsoluteError",
            "MAE": "distances.MeanAbsoluteError",
            "mean_absolute_percentage_error": "distances.MeanAbsolutePercentageError",
            "MeanAbsolutePercentageError": "distances.MeanAbsolutePercentageError",
            "mape": "distances.MeanAbsolutePercentageError",
            "MAPE": "distances.MeanAbsolutePercentageError",
            "mean_squared_logarithmic_error": "distances.MeanSquaredLogarithmicError",
            "MeanSquaredLogarithmicError": "distances.MeanSquaredLogarithmicError",
            "msle": "distances.MeanSquaredLogarithmicError",
            "MSLE": "distances.MeanSquaredLogarithmicError",
            "log_cosh": "distances.LogCosh",
            "LogCosh": "distances.LogCosh",
            "huber": "distances.Huber",
            "Huber": "distances.Huber",
            "cosine_similarity": "distances.CosineSimilarity",
            "CosineSimilarity": "distances.CosineSimilarity",
            "poisson": "distances.Poisson",
            "Poisson": "distances.Poisson",
            "binary_crossentropy": "probabilities.BinaryCrossentropy",
            "BinaryCrossentropy": "probabilities.BinaryCrossentropy",
            "bce": "probabilities.BinaryCrossentropy",
            "BCE": "probabilities.BinaryCrossentropy",
            "binary_focal_crossentropy": "probabilities.BinaryFocalCrossentropy",
            "BinaryFocalCrossentropy": "probabilities.BinaryFocalCrossentropy",
            "categorical_crossentropy": "probabilities.CategoricalCrossentropy",
            "CategoricalCrossentropy": "probabilities.CategoricalCrossentropy",
            "categorical_focal_crossentropy": "probabilities.CategoricalFocalCrossentropy",
            "CategoricalFocalCrossentropy": "probabilities.CategoricalFocalCrossentropy",
            "kl_divergence": "probabilities.KLDivergence",
            "KLDivergence": "probabilities.KLDivergence",
            "kld": "probabilities.KLDivergence",
            "KLD": "probabilities.KLDivergence",
            "dice": "probabilities.Dice",
            "Dice": "probabilities.Dice",
            "tversky": "probabilities.Tversky",
            "Tversky": "probabilities.Tversky",
            "sparse_categorical_crossentropy": "classes.SparseCategoricalCrossentropy",
            "SparseCategoricalCrossentropy": "classes.SparseCategoricalCrossentropy",
            "categorical_generalized_cross_entropy": "classes.CategoricalGeneralizedCrossEntropy",
            "CategoricalGeneralizedCrossEntropy": "classes.CategoricalGeneralizedCrossEntropy",
            "ctc": "classes.CTC",
            "CTC": "classes.CTC",
            "circle": "classes.Circle",
            "Circle": "classes.Circle",
            "hinge": "margins.Hinge",
            "Hinge": "margins.Hinge",
            "squared_hinge": "margins.SquaredHinge",
            "SquaredHinge": "margins.SquaredHinge",
            "categorical_hinge": "margins.CategoricalHinge",
            "CategoricalHinge": "margins.CategoricalHinge",
        },
    ),
    elsewhere=_elsewhere,
)

__all__ = ["LOSSES", "Loss"]
