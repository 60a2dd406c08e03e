"""Makes data/demo: photos, true labels and models, the same bytes on every run of one machine. See data/demo/README.md.

    /usr/bin/python3 scripts/demo-data/make.py
"""

import csv
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from animals import CLASSES
from batches import DAYS, write_day
from models import CONDITIONS, TRAINED_ON, export, normalize, train, training_photos
from photo import SEEN

FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo"


def day(date: str) -> tuple[torch.Tensor, torch.Tensor]:
    """A written batch as the models see it, and its true classes."""
    with open(FOLDER / "truth" / f"{date}.csv") as file:
        rows = list(csv.DictReader(file))
    photos = [Image.open(FOLDER / "batches" / date / row["file"]).convert("RGB") for row in rows]
    resized = [np.asarray(photo.resize((SEEN, SEEN), Image.BILINEAR)).transpose(2, 0, 1) for photo in photos]
    return normalize(torch.from_numpy(np.stack(resized))), torch.tensor([CLASSES.index(row["class"]) for row in rows])


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for date in DAYS:
        write_day(FOLDER, date)
    days = [day(date) for date in DAYS]
    photos = {condition: training_photos(condition) for condition in CONDITIONS}
    print(f"| model | {' | '.join(DAYS)} |\n|---|{'---|' * len(DAYS)}")
    for name in TRAINED_ON:
        model = train(name, photos)
        export(model, FOLDER / "models" / f"{name}.onnx")
        with torch.no_grad():
            right = [(model(images).argmax(1) == classes).float().mean().item() for images, classes in days]
        print(f"| {name} | {' | '.join(f'{share:.3f}' for share in right)} |", flush=True)


if __name__ == "__main__":
    main()
