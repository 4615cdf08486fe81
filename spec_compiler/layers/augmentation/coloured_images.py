"""Layers that change the colours of images in training; a run changes nothing."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.augmentation.of_images import OfImages, shown
from spec_compiler.layers.augmentation.ranges import Bits, Ends, Share, SignedShare
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import DataFormat


class RandomBrightness(OfImages):
    """In training, make images lighter or darker by a random amount.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomBrightness.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 2})

    factor: SignedShare
    """Share of the range to add, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomContrast(OfImages):
    """In training, raise or lower the contrast of images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomContrast.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"factor": 0.2, "value_range": [0, 1]}, {"factor": -0.2}
    )

    factor: Share
    """How much at most, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomColorDegeneration(OfImages):
    """In training, take colour out of images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomColorDegeneration.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 2})

    factor: SignedShare
    """How much, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomColorJitter(OfImages):
    """In training, change brightness, contrast, saturation and hue of images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomColorJitter.
    """

    examples: ClassVar[tuple[Example, ...]] = shown(
        {"brightness_factor": 0.2, "hue_factor": [0.1, 0.3]}, {"contrast_factor": 3}
    )

    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    brightness_factor: SignedShare | None = None
    """As in RandomBrightness; default: not at all; no effect on inference."""
    contrast_factor: Share | None = None
    """As in RandomContrast; default: not at all; no effect on inference."""
    saturation_factor: SignedShare | None = None
    """As in RandomSaturation; default: not at all; no effect on inference."""
    hue_factor: Share | None = None
    """As in RandomHue; default: not at all; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomGrayscale(OfImages):
    """In training, make images grey, each at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomGrayscale.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.3}, {"factor": 3})

    factor: Fraction = 0.5
    """How often, from 0 to 1; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomHue(OfImages):
    """In training, shift the hue of images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomHue.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 2})

    factor: Share
    """How much at most, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomSaturation(OfImages):
    """In training, raise or lower the saturation of images at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomSaturation.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": [0.2, 0.6]}, {"factor": [0.2, 6]})

    factor: SignedShare
    """How much, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomSharpness(OfImages):
    """In training, sharpen images by a random amount.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers are cast to floats, too, as in Keras. A mask ends here; `mask: pass`
    keeps it. No weights. Source: Keras's RandomSharpness.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 2}, casts=True)
    casts: ClassVar[bool] = True

    factor: Share
    """How much at most, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""


class RandomInvert(OfImages):
    """In training, invert the colours of images, each at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomInvert.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 0.2}, {"factor": 2})

    factor: Share = 1.0
    """How often, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""


class RandomPosterization(OfImages):
    """In training, leave fewer bits of each value, at random.

    A batch of images as it is: a run is inference. Floats are cast to the dtype that the layer
    computes in; whole numbers stay whole. A mask ends here; `mask: pass` keeps it. No weights.
    Source: Keras's RandomPosterization.
    """

    examples: ClassVar[tuple[Example, ...]] = shown({"factor": 4}, {"factor": 0})

    factor: Bits
    """How many bits stay, from 1 to 8, or the ends of a range; no effect on inference."""
    value_range: Ends = (0.0, 255.0)
    """Least and greatest value of a pixel; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
