"""Weather and camera: what happens between the scene and the file.

Images are float32 arrays between 0 and 1, height × width × 3.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

GRID = 128  # Grain of noise, in cells a side: coarse enough to survive the resize to the models' 64 pixels.


def smooth_noise(rng, size: int, cells: int) -> np.ndarray:
    """Soft clouds between 0 and 1, size × size × 1."""
    small = Image.fromarray((rng.random((cells, cells)) * 255).astype(np.uint8))
    return np.asarray(small.resize((size, size), Image.BICUBIC), dtype=np.float32)[:, :, None] / 255


def grain(rng, size: int, channels: int) -> np.ndarray:
    """Sensor noise of standard deviation 1, the same at every size."""
    cells = rng.standard_normal((GRID, GRID, channels)).astype(np.float32)
    layers = [Image.fromarray(cells[:, :, c]).resize((size, size), Image.BILINEAR) for c in range(channels)]
    return np.stack([np.asarray(layer) for layer in layers], axis=2)


def luminance(image: np.ndarray) -> np.ndarray:
    """Gray, size × size × 1."""
    return image @ np.array([[0.299], [0.587], [0.114]], dtype=np.float32)


def fog(rng, image: np.ndarray, far: bool, color: np.ndarray) -> np.ndarray:
    """Thick over the far land, thinner and drifting over the animal."""
    size = len(image)
    if far:
        depth = np.linspace(1.0, 0.4, size, dtype=np.float32)[:, None, None]
        share = np.clip(depth * rng.uniform(0.6, 0.95), 0, 0.97)
    else:
        share = rng.uniform(0.34, 0.7) + 0.3 * (smooth_noise(rng, size, 5) - 0.5)
    return image * (1 - share) + color * share


def fog_color(rng) -> np.ndarray:
    """Cool, neutral or warmed by the first sun."""
    cool, warm = np.array([0.74, 0.8, 0.85]), np.array([0.9, 0.84, 0.78])
    return (cool + (warm - cool) * rng.random()).astype(np.float32)


def rain(rng, image: np.ndarray) -> np.ndarray:
    """Gray light, slanted streaks, a few drops on the lens."""
    size = len(image)
    image = (image * 0.55 + luminance(image) * 0.45) * np.array([0.68, 0.74, 0.8], dtype=np.float32) + 0.06
    layer = Image.new("L", (size, size))
    draw = ImageDraw.Draw(layer)
    lean = rng.uniform(-0.35, 0.35)
    for _ in range(int(rng.integers(90, 170))):
        x, y, h = rng.uniform(-0.2, 1.2), rng.uniform(-0.1, 1), rng.uniform(0.05, 0.16)
        shade = int(rng.integers(60, 170))
        end = ((x + lean * h) * size, (y + h) * size)
        draw.line([(x * size, y * size), end], fill=shade, width=max(1, size // 170))
    for _ in range(int(rng.integers(1, 6))):
        x, y, r = rng.uniform(0, 1) * size, rng.uniform(0, 0.9) * size, rng.uniform(0.02, 0.05) * size
        draw.ellipse((x - r, y - r * 1.2, x + r, y + r * 1.2), fill=90)
    streaks = np.asarray(layer.filter(ImageFilter.GaussianBlur(size / 256)), dtype=np.float32)[:, :, None] / 255
    return image * (1 - streaks) + 0.92 * streaks


def snow(rng, image: np.ndarray) -> np.ndarray:
    """Cold light and flakes, some of them large and out of focus."""
    size = len(image)
    image = image * np.array([0.84, 0.9, 1.0], dtype=np.float32) * 0.92 + 0.06
    for count, radius, soft in ((150, 0.007, 0.002), (26, 0.022, 0.006)):
        layer = Image.new("L", (size, size))
        draw = ImageDraw.Draw(layer)
        for _ in range(count):
            x, y, r = rng.uniform(0, size), rng.uniform(0, size), radius * size * rng.uniform(0.6, 1.4)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=int(rng.integers(170, 255)))
        flakes = np.asarray(layer.filter(ImageFilter.GaussianBlur(soft * size)), dtype=np.float32)[:, :, None] / 255
        image = image * (1 - flakes) + flakes
    return image


def night(rng, image: np.ndarray, animal: np.ndarray, center: tuple) -> np.ndarray:
    """Infrared flash: gray, the animal and the near grass lit, the rest dark; grain."""
    size = len(image)
    gray = luminance(image)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    distance = np.hypot(x - center[0], (y - center[1]) * 1.1)[:, :, None]
    flash = rng.uniform(0.7, 1.1) * np.exp(-((distance / rng.uniform(0.36, 0.55)) ** 2)) + 0.12
    # Fur reflects infrared whatever its color, so an animal at night looks paler and flatter than by day.
    fur = 0.28 + 0.66 * gray if rng.random() < 0.8 else 0.92 - 0.66 * gray
    lit = gray * (1 - animal) * flash * 0.62 + fur * animal * (0.4 + 0.6 * np.clip(flash, 0, 1))
    return np.repeat(lit + 0.03 + rng.uniform(0.015, 0.05) * grain(rng, size, 1), 3, axis=2)


def shake(rng, image: np.ndarray) -> np.ndarray:
    """Motion blur along one direction, a twelfth of the image long or a little less."""
    size = len(image)
    angle, length = rng.uniform(-0.6, 0.6), rng.uniform(0.04, 0.09) * size
    edge = size // 16
    padded = np.pad(image, ((edge, edge), (edge, edge), (0, 0)), mode="edge")
    total = np.zeros_like(image)
    steps = np.linspace(-0.5, 0.5, max(7, size // 16))
    for t in steps:
        y, x = edge + round(np.sin(angle) * length * t), edge + round(np.cos(angle) * length * t)
        total += padded[y : y + size, x : x + size]
    return total / len(steps)


def low_light(rng, image: np.ndarray) -> np.ndarray:
    """A dark color picture with strong colored noise."""
    image = image * rng.uniform(0.42, 0.68) * np.array([0.92, 0.95, 1.1], dtype=np.float32)
    return image + rng.uniform(0.08, 0.15) * grain(rng, len(image), 3)
