"""The animals: Noto Color Emoji glyphs, some with a drawn sitting body, as RGBA images cropped to their outline."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
# Class order of every demo model and of its logits.
CLASSES = ["badger", "chipmunk", "deer", "fox", "hedgehog", "owl", "rabbit", "raccoon"]


@cache
def glyph(text: str) -> Image.Image:
    """One emoji, about 128 pixels high (the font holds bitmaps of that one size), cropped to its outline."""
    image = Image.new("RGBA", (160, 160))
    font = ImageFont.truetype(FONT, 109)
    ImageDraw.Draw(image).text((8, 8), text, font=font, embedded_color=True)
    return image.crop(image.getbbox())


def sitting(head: str, coat: tuple, chest: tuple, paws: tuple, tail: list) -> Image.Image:
    """The head glyph on a drawn sitting body.

    `tail` lists the tail's colors from root to tip; empty means a bun of the chest's color.
    """
    big = Image.new("RGBA", (460, 520))
    draw = ImageDraw.Draw(big)
    if tail:
        for t in np.linspace(0, 1, 60):
            x, y = 270 + 130 * np.sin(t * 1.9), 450 - 40 * t - 190 * t * t
            radius = 22 + 26 * np.sin(np.pi * min(1.0, 0.15 + t * 0.8))
            color = tail[min(int(t * len(tail)), len(tail) - 1)]
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), color)
    else:
        draw.ellipse((270, 410, 350, 490), chest)
    shade = tuple(int(c * 0.86) for c in coat)
    draw.ellipse((92, 330, 308, 510), shade)  # haunches
    draw.ellipse((115, 180, 285, 500), coat)
    draw.ellipse((155, 210, 245, 410), chest)
    for left in (142, 206):
        draw.rounded_rectangle((left, 350, left + 52, 510), 26, coat)
        draw.rounded_rectangle((left - 4, 470, left + 56, 512), 21, paws)
    face = glyph(head)
    face = face.resize((face.width * 2, face.height * 2), Image.LANCZOS)
    big.alpha_composite(face, (max(0, 200 - face.width // 2), 4))
    return big.crop(big.getbbox())


@cache
def poses(name: str) -> list[Image.Image]:
    """The ways an animal of this class can look, all facing their natural side."""
    if name == "fox":
        orange, cream, dark = (240, 106, 26), (255, 240, 222), (74, 50, 44)
        return [sitting("🦊", orange, cream, dark, [orange] * 5 + [cream] * 2)]
    if name == "raccoon":
        gray, light, dark = (128, 132, 140), (186, 190, 196), (58, 66, 74)
        return [sitting("🦝", gray, light, dark, [gray, dark, light, dark, light, dark, light, dark])]
    if name == "rabbit":
        return [glyph("🐇"), sitting("🐰", (160, 178, 186), (236, 240, 242), (236, 240, 242), [])]
    only = {"badger": "🦡", "chipmunk": "🐿️", "deer": "🦌", "hedgehog": "🦔", "owl": "🦉"}
    return [glyph(only[name])]
