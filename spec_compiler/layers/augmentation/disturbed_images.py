"""Layers that blur, erase and mix images in training; a run changes nothing."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize, Number
from spec_compiler.declaring.numbers import PositiveNumber, WholeNumber
from spec_compiler.layers.augmentation.of_images import Interpolation, OfImages, shown
from spec_compiler.layers.augmentation.ranges import Ends, OddSizes, Share
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import DataFormat


class RandomGaussianBlur(OfImages):
    """In training, blur images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomGaussianBlur.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"factor": 0.5, "kernel_size": [3, 5]}, {"kernel_size": 4}, casts=True
    )
    casts: ClassVar[bool] = True

    factor: Share = 1.0
    """How often, or the ends of a range; no effect on inference."""
    kernel_size: OddSizes = 3.0
    """Size of the window, an odd number, or height and width; no effect on inference."""
    sigma: Share = 1.0
    """Width of the blur, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomErasing(OfImages):
    """In training, erase a part of each image at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomErasing.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"factor": 0.5, "scale": 0.1, "fill_value": 0}, {"scale": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    factor: Share = 1.0
    """How often, or the ends of a range; no effect on inference."""
    scale: Share = (0.02, 0.33)
    """Share of the image to erase, or the ends of a range; no effect on inference."""
    fill_value: Number | None = None
    """What the part becomes; default: noise; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class Solarization(OfImages):
    """In training, invert what is lighter than a random limit.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's Solarization.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"threshold_factor": 0.5}, {"threshold_factor": -1}, casts=True
    )
    casts: ClassVar[bool] = True

    addition_factor: Share = 0.0
    """What is added to values before, or the ends of a range; no effect on inference."""
    threshold_factor: Share = 0.0
    """The limit as a share of the range, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class Equalization(OfImages):
    """In training, spread the values of images evenly.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's Equalization.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"bins": 64})

    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    bins: KnownSize = 256
    """How many values are told apart; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class MixUp(OfImages):
    """In training, blend images with others of the batch.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's MixUp.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"alpha": 0.4}, {"alpha": 0})

    alpha: PositiveNumber = 0.2
    """How strongly; the parameter of a beta distribution; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class CutMix(OfImages):
    """In training, put parts of images into others of the batch.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's CutMix.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.5}, {"factor": 2}, casts=True)
    casts: ClassVar[bool] = True

    factor: Share = 1.0
    """How large the parts are, or the ends of a range; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandAugment(OfImages):
    """In training, change images by a few operations, chosen at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandAugment.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"num_ops": 3, "factor": 0.2}, {"factor": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    num_ops: KnownSize = 2
    """How many operations; no effect on inference."""
    factor: Share = 0.5
    """How strong they are, or the ends of a range; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class AugMix(OfImages):
    """In training, blend images with changed copies of themselves.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's AugMix.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"num_chains": 2, "all_ops": False}, {"factor": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    num_chains: KnownSize = 3
    """How many copies; no effect on inference."""
    chain_depth: KnownSize = 3
    """How many operations change one; no effect on inference."""
    factor: Share = 0.3
    """How strong they are, or the ends of a range; no effect on inference."""
    alpha: PositiveNumber = 1.0
    """How strongly they are blended; no effect on inference."""
    all_ops: StrictBool = True
    """Whether colours are changed, too; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
