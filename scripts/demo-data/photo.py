"""One trail-camera photo: a landscape, an animal, the weather, the camera's caption."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import conditions
from animals import glyph, poses
from landscape import background, foreground, paste

SHOWN, SEEN = 256, 64  # Side in pixels: what people see, what models see.
STRIP = 16 / 256  # Height of the caption, as a share of the image.
DISTANCES = {"far": (0.24, 0.34), "middle": (0.36, 0.58), "close": (0.8, 1.15)}


@dataclass(frozen=True)
class Shot:
    """What the photo shows and how it was taken."""

    animal: str
    condition: str
    distance: str
    caption: str


def season_and_sky(rng, condition: str) -> tuple[str, str]:
    """A landscape that goes with the weather."""
    if condition == "snow":
        return "winter", str(rng.choice(["pale", "gray", "dawn"]))
    season = str(rng.choice(["late summer", "autumn", "autumn", "moor", "winter"], p=[0.27, 0.27, 0.23, 0.18, 0.05]))
    skies = {"sunny": ["blue", "blue", "pale"], "dusk": ["dusk", "dawn"], "fog": ["pale", "gray"], "rain": ["gray"]}
    return season, str(rng.choice(skies.get(condition, ["blue", "pale", "dusk", "dawn", "gray"])))


def animal_layer(rng, size: int, shot: Shot, x: float, foot: float, height: float) -> Image.Image:
    """The animal alone on a transparent canvas, turned, tilted and lit a little differently each time."""
    options = poses(shot.animal)
    sprite = options[int(rng.integers(len(options)))]
    if rng.random() < 0.5:
        sprite = sprite.transpose(Image.FLIP_LEFT_RIGHT)
    h = int(height * size)
    w = int(sprite.width * h / sprite.height * rng.uniform(0.92, 1.08))
    sprite = sprite.resize((max(4, w), max(4, h)), Image.LANCZOS)
    sprite = sprite.rotate(rng.normal(0, 6), Image.BICUBIC, expand=True)
    layer = Image.new("RGBA", (size, size))
    layer.paste(sprite, (round(x * size - sprite.width / 2), round(foot * size) - sprite.height))
    return layer


def stage(rng, size: int, shot: Shot) -> tuple[Image.Image, Image.Image, Image.Image, tuple]:
    """Background, animal, foreground, and where the animal is."""
    season, sky = season_and_sky(rng, shot.condition)
    canvas, horizon = background(rng, size, season, sky)
    height = rng.uniform(*DISTANCES[shot.distance])
    if shot.animal in ("badger", "hedgehog"):
        height *= 0.72  # These glyphs are wide: the same height would fill the frame.
    x = rng.uniform(0.22, 0.78) if shot.distance != "close" else rng.uniform(0.32, 0.68)
    low, high = {"far": (0.12, 0.4), "middle": (0.5, 0.85), "close": (0.95, 1.25)}[shot.distance]
    foot = horizon + rng.uniform(low, high) * (0.97 - horizon)
    if shot.animal == "owl" and shot.distance != "close" and rng.random() < 0.6:
        foot -= height * 0.42
        paste(canvas, glyph("🪵"), x, foot + height * 0.5, height * 0.55)
    shadow = Image.new("L", (size, size))
    w, h = height * 0.42, height * 0.07
    ImageDraw.Draw(shadow).ellipse(((x - w) * size, (foot - h) * size, (x + w) * size, (foot + h) * size), fill=110)
    shadow = shadow.filter(ImageFilter.GaussianBlur(height * size * 0.03))
    canvas.paste(Image.new("RGBA", (size, size), (24, 30, 40, 255)), (0, 0), shadow)
    animal = animal_layer(rng, size, shot, x, foot, height)
    front = foreground(rng, size, season, foot, x, min(height, 0.6))
    return canvas, animal, front, (x, foot - height / 2)


def pixels(image: Image.Image) -> np.ndarray:
    """RGB as float32 between 0 and 1."""
    return np.asarray(image.convert("RGB"), dtype=np.float32) / 255


def over(bottom: np.ndarray, layer: Image.Image) -> np.ndarray:
    """A transparent layer laid over an image."""
    alpha = np.asarray(layer.getchannel("A"), dtype=np.float32)[:, :, None] / 255
    return bottom * (1 - alpha) + pixels(layer) * alpha


def photograph(rng, size: int, shot: Shot) -> Image.Image:
    """The photo, drawn at twice `size` and reduced, with the caption strip below."""
    work = size * 2
    back, animal, front, center = stage(rng, work, shot)
    scene = pixels(back)
    haze = conditions.fog_color(rng)
    if shot.condition == "fog":
        scene = conditions.fog(rng, scene, True, haze)
    scene = over(over(scene, animal), front)
    if shot.condition == "fog":
        scene = conditions.fog(rng, scene, False, haze)
    elif shot.condition == "rain":
        scene = conditions.rain(rng, scene)
    elif shot.condition == "snow":
        scene = conditions.snow(rng, scene)
    elif shot.condition == "night":
        mask = np.asarray(animal.getchannel("A"), dtype=np.float32)[:, :, None] / 255
        scene = conditions.night(rng, scene, mask, center)
    elif shot.condition == "motion blur":
        scene = conditions.shake(rng, scene)
    elif shot.condition == "low light":
        scene = conditions.low_light(rng, scene)
    elif shot.condition == "dusk":
        scene = scene * np.array([0.9, 0.78, 0.78], dtype=np.float32) + np.array([0.03, 0.0, 0.04], dtype=np.float32)
    elif shot.condition == "black and white":
        scene = np.repeat(conditions.luminance(scene), 3, axis=2)
    image = Image.fromarray((np.clip(scene, 0, 1) * 255).round().astype(np.uint8))
    image = image.resize((size, size), Image.BOX)
    strip = caption(shot.caption)
    height = round(STRIP * size)
    image.paste(strip.resize((size, height), Image.BILINEAR), (0, size - height))
    return image


def caption(text: str) -> Image.Image:
    """The strip a trail camera prints below its photos, 256 × 16."""
    strip = Image.new("RGB", (SHOWN, 16), (18, 20, 22))
    ImageDraw.Draw(strip).text((6, 2), text, font=ImageFont.load_default(), fill=(236, 236, 230))
    return strip
