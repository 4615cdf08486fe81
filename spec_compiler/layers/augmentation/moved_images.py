"""Layers that move the pixels of images in training; a run changes nothing."""

from __future__ import annotations

from typing import ClassVar, Literal

from spec_compiler.declaring.fields import Number
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.augmentation.of_images import (
    FillMode,
    Interpolation,
    OfImages,
    shown,
)
from spec_compiler.layers.augmentation.ranges import Ends, Share, SignedShare, Zoom
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import DataFormat


class RandomFlip(OfImages):
    """In training, turn images over, each at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomFlip.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"mode": "horizontal"}, {"mode": "diagonal"}, casts=True
    )
    casts: ClassVar[bool] = True

    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    """How images are turned over; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomRotation(OfImages):
    """In training, turn images by a random angle.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomRotation.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 90}, casts=True)
    casts: ClassVar[bool] = True

    factor: SignedShare
    """Share of a full turn, or the ends of a range; no effect on inference."""
    fill_mode: FillMode = "reflect"
    """What lies outside of the image; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomZoom(OfImages):
    """In training, zoom into images or out of them, by a random amount.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomZoom.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"height_factor": [-0.2, 0.1], "width_factor": 0.1}, {"height_factor": -1}, casts=True
    )
    casts: ClassVar[bool] = True

    height_factor: Zoom
    """How much larger the shown height becomes, or the ends of a range; no effect on inference."""
    width_factor: Zoom | None = None
    """The same for the width; default: that of the height; no effect on inference."""
    fill_mode: FillMode = "reflect"
    """What lies outside of the image; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomTranslation(OfImages):
    """In training, shift images by a random amount.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomTranslation.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"height_factor": 0.2, "width_factor": [-0.1, 0.3]}, {"width_factor": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    height_factor: SignedShare
    """Share of the height to shift by, or the ends of a range; no effect on inference."""
    width_factor: SignedShare
    """Share of the width to shift by, or the ends of a range; no effect on inference."""
    fill_mode: FillMode = "reflect"
    """What lies outside of the image; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomShear(OfImages):
    """In training, slant images by a random amount.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomShear.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"x_factor": 0.2, "y_factor": [0, 0.3]}, {"x_factor": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    x_factor: SignedShare = 0.0
    """How much rows are shifted, or the ends of a range; no effect on inference."""
    y_factor: SignedShare = 0.0
    """How much columns are shifted, or the ends of a range; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    fill_mode: FillMode = "reflect"
    """What lies outside of the image; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomPerspective(OfImages):
    """In training, look at images from a random side.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomPerspective.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"factor": 0.5, "scale": 0.3}, {"scale": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    factor: Share = 1.0
    """How often, or the ends of a range; no effect on inference."""
    scale: Fraction = 1.0
    """How far corners move, from 0 to 1; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomElasticTransform(OfImages):
    """In training, bend images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomElasticTransform.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"factor": 0.5, "fill_mode": "mirror"}, {"factor": 2}, casts=True
    )
    casts: ClassVar[bool] = True

    factor: Share = 1.0
    """How often, or the ends of a range; no effect on inference."""
    scale: Share = 1.0
    """How much, or the ends of a range; no effect on inference."""
    interpolation: Interpolation = "bilinear"
    """How pixels between others are made; no effect on inference."""
    fill_mode: Literal["reflect", "wrap", "constant", "nearest", "mirror"] = "reflect"
    """What lies outside of the image; no effect on inference."""
    fill_value: Number = 0.0
    """The value of what lies outside, where that is constant; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
