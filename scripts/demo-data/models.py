"""The pool: one small CNN architecture, trained ten times, each time on another slice of the conditions."""

import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from torch import nn

from animals import CLASSES
from batches import DISTANCE_SHARES, pick
from photo import SEEN, Shot, photograph

MEAN, STD = 0.5, 0.5  # For every channel, after scaling to 0..1.
EPOCHS = 12
CONDITIONS = [
    *("sunny", "dusk", "fog", "rain", "snow", "night"),
    *("motion blur", "low light", "black and white", "close-up"),
]
PER_CONDITION = 1200  # Training photos rendered for each condition.
HANDFUL = 35  # Every model saw at least so many photos of every condition.
# What each model saw most of.
TRAINED_ON = {
    "sunny": {"sunny": 1200},
    "fog": {"fog": 1200, "rain": 120},
    "rain": {"rain": 1200},
    "snow": {"snow": 1200},
    "night-infrared": {"night": 1200},
    "motion-blur": {"motion blur": 1200},
    "low-light": {"low light": 1200},
    "black-and-white": {"black and white": 800, "night": 330},
    "close-up": {"close-up": 1200},
    "generalist": dict.fromkeys(CONDITIONS, 145),
}


def training_photo(task: tuple[str, int]) -> tuple[np.ndarray, int]:
    """Photo `index` of a condition, rendered at the models' size: uint8 channels × height × width, and its class."""
    condition, index = task
    rng = np.random.default_rng([CONDITIONS.index(condition), index, 7])
    near = condition == "close-up"
    distance = "close" if near else pick(rng, DISTANCE_SHARES)
    caption = f"CAM {rng.integers(1, 7)}  2026-{rng.integers(6, 11):02}-{rng.integers(1, 31):02} "
    caption += f"{rng.integers(0, 24):02}:00:00"
    shot = Shot(CLASSES[index % len(CLASSES)], "sunny" if near else condition, distance, caption)
    return np.asarray(photograph(rng, SEEN, shot)).transpose(2, 0, 1), index % len(CLASSES)


def training_photos(condition: str) -> tuple[torch.Tensor, torch.Tensor]:
    """All training photos of a condition: uint8 images × 3 × 64 × 64, and classes."""
    tasks = [(condition, index) for index in range(PER_CONDITION)]
    with Pool() as workers:
        images, classes = zip(*workers.map(training_photo, tasks, chunksize=50))
    return torch.from_numpy(np.stack(images)), torch.tensor(classes)


def network() -> nn.Sequential:
    """About 12,500 weights; global max pooling, since the animal may be anywhere."""

    def block(inputs: int, outputs: int, kernel: int, stride: int) -> list[nn.Module]:
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]

    layers = [*block(3, 8, 5, 2), *block(8, 16, 3, 2), *block(16, 24, 3, 1), nn.MaxPool2d(2), *block(24, 32, 3, 1)]
    return nn.Sequential(*layers, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, len(CLASSES)))


def normalize(images: torch.Tensor) -> torch.Tensor:
    """uint8 to what the models take."""
    return (images.float() / 255 - MEAN) / STD


def train(name: str, photos: dict[str, tuple[torch.Tensor, torch.Tensor]]) -> nn.Sequential:
    """A model trained on its slice, the same on every run."""
    torch.manual_seed(list(TRAINED_ON).index(name))
    chosen = dict.fromkeys(CONDITIONS, HANDFUL) | TRAINED_ON[name]
    images = torch.cat([photos[condition][0][:count] for condition, count in chosen.items()])
    classes = torch.cat([photos[condition][1][:count] for condition, count in chosen.items()])
    model = network()
    steps = EPOCHS * (len(images) // 64)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.006, total_steps=steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(images))
        for batch in order[: len(images) // 64 * 64].split(64):
            inputs = normalize(images[batch])
            if torch.rand(()) < 0.5:
                inputs = inputs.flip(3)
            loss = nn.functional.cross_entropy(model(inputs), classes[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def metadata(key: str, value: str) -> bytes:
    """One `metadata_props` entry (field 14 of ModelProto); appended to a file, protobuf reads it as one more entry."""

    def field(number: int, content: bytes) -> bytes:
        length, size = len(content), b""
        while length > 127:
            size, length = size + bytes([length & 127 | 128]), length >> 7
        return bytes([number << 3 | 2]) + size + bytes([length]) + content

    return field(14, field(1, key.encode()) + field(2, value.encode()))


def export(model: nn.Sequential, file: Path) -> None:
    """Writes an ONNX file: input `images` (batch × 3 × 64 × 64, float32), output `logits` (batch × classes)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    dynamic = {"images": {0: "batch"}, "logits": {0: "batch"}}
    names = dict(input_names=["images"], output_names=["logits"], dynamic_axes=dynamic)
    torch.onnx.export(model, torch.zeros(1, 3, SEEN, SEEN), str(file), opset_version=13, **names)
    with open(file, "ab") as end:
        end.write(metadata("classes", json.dumps(CLASSES)))
        end.write(metadata("mean", json.dumps([MEAN] * 3)))
        end.write(metadata("std", json.dumps([STD] * 3)))
