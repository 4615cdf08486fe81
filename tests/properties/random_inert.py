"""Activations that are layers, and layers that a run leaves as they are, with all arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from random_tensors import (
    FLOATS,
    INTS,
    VECTORS,
    Growing,
    Tensor,
    base,
    named_mask,
    passing_mask,
    training,
)

SHARES = (0, 0.2, 1, [0, 0.5], "1 / width")
SIGNED = (*SHARES, -0.5, [-1, 1])
ENDS = {"value_range": ([0, 255], [0, 1])}
SEED = {"seed": (3, None)}
FORMAT = {"data_format": ("channels_last", "channels_first")}
EVERY = {**SEED, **FORMAT}
FILLED = {
    "interpolation": ("nearest", "bilinear"),
    "fill_mode": ("reflect", "constant"),
    "fill_value": (0, 1.5),
}

ANY_RANK: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "GaussianDropout": {"rate!": (0, 0.5), **SEED},
    "GaussianNoise": {"stddev!": (0, 0.5), **SEED},
    "ActivityRegularization": {"l1": (0, 0.5), "l2": (0.1,)},
    "AlphaDropout": {"rate!": (0.1, "1 / width"), **SEED},
}
"""The arguments of layers of tensors of any rank, `!` after those that must be given."""
FEATURES = {f"SpatialDropout{rank}D": {"rate!": (0.1,), **SEED} for rank in (1, 2, 3)}
FEATURES |= {name: {**FEATURES[name], **FORMAT} for name in [*FEATURES][1:]}
IMAGES: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "RandomFlip": {"mode": ("vertical", "horizontal"), **EVERY},
    "RandomRotation": {"factor!": SIGNED, **FILLED, **EVERY},
    "RandomZoom": {"height_factor!": (0.2,), "width_factor": (0.1, None), **FILLED, **EVERY},
    "RandomTranslation": {"height_factor!": SIGNED, "width_factor!": SIGNED, **FILLED, **EVERY},
    "RandomShear": {"x_factor": SHARES, "y_factor": SHARES, **FILLED, **EVERY},
    "RandomPerspective": {
        "factor": SHARES, "scale": (0, 1), "interpolation": ("nearest",), "fill_value": (1,),
        **EVERY,
    },
    "RandomElasticTransform": {"factor": SHARES, "scale": SHARES, **FILLED, **ENDS, **EVERY},
    "RandomBrightness": {"factor!": SIGNED, **ENDS, **EVERY},
    "RandomContrast": {"factor!": SHARES, **ENDS, **EVERY},
    "RandomColorDegeneration": {"factor!": SIGNED, **ENDS, **EVERY},
    "RandomColorJitter": {
        "brightness_factor": SIGNED, "contrast_factor": SHARES, "saturation_factor": SIGNED,
        "hue_factor": SHARES, **ENDS, **EVERY,
    },
    "RandomGrayscale": {"factor": (0, 0.5), **EVERY},
    "RandomHue": {"factor!": SHARES, **ENDS, **EVERY},
    "RandomSaturation": {"factor!": SIGNED, **ENDS, **EVERY},
    "RandomSharpness": {"factor!": SHARES, **ENDS, **EVERY},
    "RandomInvert": {"factor": SHARES, **ENDS, **EVERY},
    "RandomPosterization": {"factor!": (1, 8, [2, 4]), **ENDS, **EVERY},
    "RandomGaussianBlur": {
        "factor": SHARES, "kernel_size": (1, 3, [3, 5]), "sigma": SHARES, **ENDS, **EVERY,
    },
    "RandomErasing": {
        "factor": SHARES, "scale": SHARES, "fill_value": (0, None), **ENDS, **EVERY,
    },
    "Solarization": {"addition_factor": SHARES, "threshold_factor": SHARES, **ENDS, **EVERY},
    "Equalization": {"bins": (1, "width"), **ENDS, **FORMAT},
    "MixUp": {"alpha": (0.1, 2), **EVERY},
    "CutMix": {"factor": SHARES, **EVERY},
    "RandAugment": {
        "num_ops": (1, 3), "factor": SHARES, "interpolation": ("nearest",), **ENDS, **EVERY,
    },
    "AugMix": {
        "num_chains": (1, 2), "chain_depth": (1, 2), "factor": SHARES, "alpha": (0.5,),
        "all_ops": (True, False), "interpolation": ("nearest",), **ENDS, **EVERY,
    },
    "RandomCrop": EVERY,
}  # fmt: skip
CASTS = {
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomShear",
    "RandomPerspective", "RandomElasticTransform", "RandomSharpness", "RandomGaussianBlur",
    "RandomErasing", "Solarization", "CutMix", "RandAugment", "AugMix",
}  # fmt: skip
"""What makes floats of whole numbers."""


def _arguments(
    g: Growing, settings: dict[str, Any], options: Mapping[str, tuple[Any, ...]]
) -> None:
    for name, values in options.items():
        if name.endswith("!") or g.chance(25):
            settings[name.removesuffix("!")] = g.pick(*values)


def _kept(kind: str, options: Mapping[str, tuple[Any, ...]], rank: int = 0) -> Any:
    def draw(g: Growing) -> None:
        x = g.choose(lambda t: not rank or t.rank == rank)
        if x is None:
            return
        dtype, settings = base(g)
        _arguments(g, settings, options)
        if kind == "AlphaDropout" and g.chance(30):
            sizes = [size if isinstance(size, int) else None for size in x.shape[1:]]
            settings["noise_shape"] = [None, *(g.pick(1, size) for size in sizes)]
        mask = passing_mask(g, x, settings)
        made = g.layer(kind, [x], settings)
        dtype = dtype if x.dtype in FLOATS else x.dtype
        g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))

    return draw


def _image(kind: str, options: Mapping[str, tuple[Any, ...]]) -> Any:
    def draw(g: Growing) -> None:
        crop = kind == "RandomCrop"

        def fits(t: Tensor) -> bool:
            sizes = t.shape[t.rank - 3 : t.rank - 1] if crop else ()
            return t.rank in (3, 4) and all(isinstance(size, int) for size in sizes)

        x = g.choose(fits)
        if x is None:
            return
        dtype, settings = base(g)
        _arguments(g, settings, options)
        if crop:
            first = settings.get("data_format") == "channels_first"
            sizes = x.shape[x.rank - 2 :] if first else x.shape[x.rank - 3 : x.rank - 1]
            if not all(isinstance(size, int) for size in sizes):
                return
            settings["height"], settings["width"] = sizes
        mask = None
        if x.mask is not None:
            if g.chance(50):
                settings["mask"], mask = "pass", x.mask
            elif g.document["mask_policy"] == "error":
                settings["mask"] = "drop"
        made = g.layer(kind, [x], settings)
        dtype = dtype if x.dtype in FLOATS or kind in CASTS else x.dtype
        g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))

    return draw


def _rectified(kind: str) -> Callable[[Growing], None]:
    def draw(g: Growing) -> None:
        x = g.choose(lambda t: t.dtype != "bool")
        if x is None:
            return
        dtype, settings = base(g)
        options = {
            "ReLU": {"max_value": (1, 2.5, None), "negative_slope": (0, 0.1), "threshold": (0, 1)},
            "LeakyReLU": {"negative_slope": (0, 0.1, "1 / width")},
            "ELU": {"alpha": (0.5, "1 / width")},
        }[kind]
        _arguments(g, settings, options)
        whole = kind == "ReLU" and not settings.get("negative_slope")
        whole = whole and settings.get("max_value") != 2.5
        mask = passing_mask(g, x, settings)
        made = g.layer(kind, [x], settings)
        dtype = x.dtype if whole and x.dtype in INTS else dtype
        g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))

    return draw


def _prelu(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 1 and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    shared = [
        axis for axis in range(1, x.rank) if not isinstance(x.shape[axis], int) or g.chance(30)
    ]
    if shared or g.chance(20):
        settings["shared_axes"] = shared[0] if len(shared) == 1 and g.chance(50) else shared
    training(g, settings, alpha=VECTORS)
    settings.pop("activity_regularizer", None)
    if x.rank == 1:
        settings.pop("alpha_constraint", None)
    mask = named_mask(g, x, settings, tuple(range(1, x.rank + 1)))
    made = g.layer("PReLU", [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask))


INERT = {
    **{kind: _kept(kind, options) for kind, options in ANY_RANK.items()},
    **{kind: _kept(kind, options, int(kind[-2]) + 2) for kind, options in FEATURES.items()},
    **{kind: _image(kind, options) for kind, options in IMAGES.items()},
    **{kind: _rectified(kind) for kind in ("ReLU", "LeakyReLU", "ELU")},
    "PReLU": _prelu,
}

GROUPS = {"image": tuple(IMAGES), "noise": (*ANY_RANK, *FEATURES)}
"""Layers that differ in name and arguments alone."""
