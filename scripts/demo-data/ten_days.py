"""Ten days of photos for the rehearsal (scripts/ten-days.ts): the light changes on the sixth and stays as it then is.

    /usr/bin/python3 scripts/demo-data/ten_days.py FOLDER [IMAGES]
"""

import sys
from pathlib import Path

import batches

FOGGY, NIGHTLY = batches.DAYS.values()
DATES = [f"2026-11-{day:02}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]


def main() -> None:
    folder = Path(sys.argv[1])
    batches.IMAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 240
    batches.DAYS = {date: FOGGY if place < 5 else NIGHTLY for place, date in enumerate(DATES)}
    for date in DATES:
        batches.write_day(folder, date)


if __name__ == "__main__":
    main()
