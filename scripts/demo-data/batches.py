"""The two days of photos: which conditions they hold, how they are named, their true labels."""

import csv
import io
import shutil
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from animals import CLASSES
from photo import SHOWN, Shot, photograph

IMAGES = 320
LARGEST = 6_500  # Bytes an image; noisy ones are compressed harder to come near.
DISTANCE_SHARES = {"far": 0.25, "middle": 0.58, "close": 0.17}
# The days differ in weather, so that different models win.
DAYS = {
    "2026-11-02": {"fog": 0.68, "rain": 0.16, "dusk": 0.06, "sunny": 0.05, "motion blur": 0.05},
    "2026-11-03": {"night": 0.82, "low light": 0.06, "black and white": 0.04, "snow": 0.04, "rain": 0.04},
}
HOURS = {"night": [*range(0, 6), *range(19, 24)], "fog": [6, 7, 8, 9], "dusk": [16, 17], "low light": [5, 17, 18]}


def pick(rng, shares: dict[str, float]) -> str:
    """One key, with the probability of its share."""
    return str(rng.choice(list(shares), p=list(shares.values())))


def shots(day: str) -> list[tuple[str, Shot]]:
    """File names and what the photos show, in the order they were taken."""
    rng = np.random.default_rng(int(day.replace("-", "")))
    taken = {}
    while len(taken) < IMAGES:
        condition = pick(rng, DAYS[day])
        hour, minute, second = int(rng.choice(HOURS.get(condition, range(8, 17)))), *rng.integers(0, 60, 2)
        warmer = -4 if condition == "snow" else 4 * (10 <= hour <= 17)
        camera, degrees = int(rng.integers(1, 7)), int(rng.integers(-1, 5)) + warmer
        text = f"CAM {camera}  {day} {hour:02}:{minute:02}:{second:02}  {degrees}\N{DEGREE SIGN}C"
        shot = Shot(str(rng.choice(CLASSES)), condition, pick(rng, DISTANCE_SHARES), text)
        taken[f"{hour:02}{minute:02}{second:02}-cam{camera}.jpg"] = shot
    return sorted(taken.items())


def jpeg(task: tuple[int, int, Shot]) -> bytes:
    """The photo as a file, at the best quality that keeps it small, or the lowest we accept."""
    seed, index, shot = task
    image = photograph(np.random.default_rng([seed, index]), SHOWN, shot)
    for quality in range(76, 27, -6):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= LARGEST:
            break
    return file.getvalue()


def write_day(folder: Path, day: str) -> None:
    """Writes `batches/DAY/*.jpg`, the marker that the folder has fully arrived, and `truth/DAY.csv`."""
    named = shots(day)
    shutil.rmtree(folder / "batches" / day, ignore_errors=True)
    (folder / "batches" / day).mkdir(parents=True, exist_ok=True)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    with Pool() as workers:
        files = workers.map(jpeg, [(int(day[-2:]), index, shot) for index, (_, shot) in enumerate(named)])
    for (name, _), content in zip(named, files):
        (folder / "batches" / day / name).write_bytes(content)
    with open(folder / "truth" / f"{day}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "class"])
        writer.writerows([name, shot.animal] for name, shot in named)
    (folder / "batches" / day / "_COMPLETE").touch()
