"""Drawn autumn landscapes in unit coordinates (x right, y down), so that one seed looks the same at every size."""

import numpy as np
from PIL import Image, ImageDraw

from animals import glyph

SEASONS = {
    "late summer": dict(near=(104, 150, 58), far=(150, 182, 98), hill=(104, 146, 110), leaf=["🌳", "🌲"]),
    "autumn": dict(near=(150, 122, 52), far=(206, 172, 92), hill=(176, 122, 74), leaf=["🌲", "🌳"]),
    "moor": dict(near=(112, 116, 62), far=(164, 150, 106), hill=(120, 116, 132), leaf=["🌲"]),
    "winter": dict(near=(222, 230, 238), far=(240, 244, 250), hill=(176, 196, 214), leaf=["🌲"]),
}
SKIES = {
    "blue": ((86, 160, 224), (206, 230, 244)),
    "pale": ((150, 184, 210), (232, 236, 232)),
    "gray": ((140, 150, 160), (206, 210, 212)),
    "dusk": ((74, 62, 122), (250, 160, 104)),
    "dawn": ((122, 148, 200), (252, 208, 186)),
}


def mix(a, b, t: float) -> tuple:
    """The color a share `t` of the way from `a` to `b`."""
    return tuple(int(round(x + (y - x) * t)) for x, y in zip(a, b))


def gradient(size: int, top, bottom) -> Image.Image:
    """A vertical color gradient."""
    t = np.linspace(0, 1, size)[:, None, None]
    rows = np.array(top) * (1 - t) + np.array(bottom) * t
    return Image.fromarray(np.broadcast_to(rows, (size, size, 3)).astype(np.uint8)).convert("RGBA")


def ridge(rng, height: float, roughness: float) -> np.ndarray:
    """Heights of a hill line at 33 points: a few sines with random phases."""
    x = np.linspace(0, 1, 33)
    waves = [np.sin(x * f * 6.28 + rng.uniform(0, 6.28)) / f for f in (0.7, 1.6, 3.1, 6.3)]
    return height + roughness * np.sum(waves, axis=0)


def fill_below(draw, size: int, line: np.ndarray, color) -> None:
    """Fills everything under a hill line."""
    points = [(i / 32 * size, y * size) for i, y in enumerate(line)]
    draw.polygon([*points, (size, size), (0, size)], fill=color)


def paste(canvas, sprite: Image.Image, x: float, foot: float, height: float, tint=None, amount=0.0) -> None:
    """Stands a sprite on `foot`, centered at `x`, tinted towards a color (distance, snow)."""
    size = canvas.width
    h = max(2, int(height * size))
    sprite = sprite.resize((max(2, round(sprite.width * h / sprite.height)), h), Image.BILINEAR)
    if tint:
        plain = Image.new("RGBA", sprite.size, (*tint, 255))
        plain.putalpha(sprite.getchannel("A"))
        sprite = Image.blend(sprite, plain, amount)
    canvas.paste(sprite, (round(x * size - sprite.width / 2), round(foot * size) - h), sprite)


def background(rng, size: int, season: str, sky: str) -> tuple[Image.Image, float]:
    """Sky, hills, trees and meadow, and the height of the horizon."""
    look, (top, low) = SEASONS[season], SKIES[sky]
    horizon = rng.uniform(0.42, 0.6)
    canvas = gradient(size, top, low)
    draw = ImageDraw.Draw(canvas)
    draw_sky(rng, draw, size, sky, low, horizon)
    for depth in range(int(rng.integers(1, 4)), 0, -1):
        line = ridge(rng, horizon - 0.07 * depth, rng.uniform(0.02, 0.06))
        color = mix(look["hill"], low, 0.25 + 0.18 * depth)
        fill_below(draw, size, line, color)
        if rng.random() < 0.6:
            draw_firs(rng, draw, size, line, mix(color, (30, 60, 50), 0.35))
    ground = ridge(rng, horizon, 0.012)
    land = gradient(size, look["far"], look["near"])
    mask = Image.new("L", (size, size))
    fill_below(ImageDraw.Draw(mask), size, ground, 255)
    canvas.paste(land, (0, 0), mask)
    draw_meadow(rng, ImageDraw.Draw(canvas), size, horizon, look)
    stand_trees(rng, canvas, season, look, low, horizon)
    return canvas, horizon


def draw_sky(rng, draw, size, sky, low, horizon) -> None:
    """Sun and clouds."""
    if sky != "gray" and rng.random() < 0.5:
        x, y, r = rng.uniform(0.1, 0.9) * size, rng.uniform(0.08, horizon * 0.6) * size, rng.uniform(0.04, 0.07) * size
        for grow, t in ((1.9, 0.75), (1.4, 0.5), (1.0, 0.0)):
            color = mix((255, 244, 190), mix(low, (255, 255, 255), 0.2), t)
            draw.ellipse((x - r * grow, y - r * grow, x + r * grow, y + r * grow), fill=color)
    for _ in range(int(rng.integers(0, 4))):
        x, y, r = rng.uniform(0, 1), rng.uniform(0.08, horizon * 0.6), rng.uniform(0.025, 0.055)
        color = mix(low, (255, 255, 255), 0.55)
        for dx, rise, radius in ((-1.4, 0.5, 0.5), (-0.6, 0.8, 0.8), (0.4, 1.0, 1.0), (1.4, 0.6, 0.6)):
            cx, cy, cr = x + dx * r, y - rise * r * 0.6, radius * r * rng.uniform(0.85, 1.15)
            draw.ellipse(((cx - cr) * size, (cy - cr) * size, (cx + cr) * size, (cy + cr) * size), fill=color)
        base = ((x - 2.1 * r) * size, (y - 0.6 * r) * size, (x + 2.2 * r) * size, (y + 0.3 * r) * size)
        draw.rounded_rectangle(base, 0.4 * r * size, fill=color)


def draw_firs(rng, draw, size, line, color) -> None:
    """A far forest: small firs along a hill line."""
    for _ in range(int(rng.integers(12, 40))):
        x = rng.uniform(0, 1)
        y = np.interp(x, np.linspace(0, 1, 33), line) + 0.01
        h = rng.uniform(0.04, 0.09)
        draw_spike(draw, size, x, y, h / 4, 0, h, color)


def draw_spike(draw, size, x: float, y: float, half_width: float, lean: float, height: float, color) -> None:
    """A fir or a blade of grass: a narrow triangle that stands at `x`, `y`."""
    left, right, tip = (x - half_width, y), (x + half_width, y), (x + lean, y - height)
    draw.polygon([(px * size, py * size) for px, py in (left, right, tip)], fill=color)


def draw_meadow(rng, draw, size, horizon, look) -> None:
    """Patches and tufts that get larger towards the viewer."""
    for _ in range(26):
        depth = rng.uniform(0.05, 1) ** 1.3
        x, y, w = rng.uniform(0, 1), horizon + depth * (1 - horizon), 0.02 + 0.14 * depth
        base = mix(look["far"], look["near"], depth)
        color = mix(base, rng.choice([(40, 60, 20), (255, 250, 220)]), rng.uniform(0.05, 0.16))
        h = w * 0.16
        draw.ellipse(((x - w) * size, (y - h) * size, (x + w) * size, (y + h) * size), fill=color)


def stand_trees(rng, canvas, season, look, low, horizon) -> None:
    """Trees, stones and stumps, the far ones first and bluer."""
    count = int(rng.integers(2, 8))
    for depth in np.sort(rng.uniform(0.02, 0.5, count)):
        leaf = str(rng.choice(look["leaf"]))
        tint, amount = low, 0.55 - 0.7 * depth
        if season == "autumn" and leaf == "🌳":
            tint, amount = [(232, 140, 30), (206, 76, 34), (240, 190, 50)][int(rng.integers(3))], 0.62
        elif season == "winter":
            tint, amount = (240, 246, 252), 0.45
        foot = horizon + depth * (1 - horizon) * 0.7
        x, height = rng.uniform(-0.05, 1.05), 0.14 + 0.75 * depth * rng.uniform(0.7, 1.2)
        paste(canvas, glyph(leaf), x, foot, height, tint, max(0.1, amount))
    for prop in rng.choice(["🪨", "🪵", "🍄", "🪨"], int(rng.integers(0, 3)), replace=False):
        depth = rng.uniform(0.15, 0.5)
        tint = (244, 248, 252) if season == "winter" else look["near"]
        x, foot = rng.uniform(0.05, 0.95), horizon + depth * (1 - horizon)
        paste(canvas, glyph(str(prop)), x, foot, 0.03 + 0.14 * depth, tint, 0.4)


def foreground(rng, size: int, season: str, foot: float, x: float, reach: float) -> Image.Image:
    """Grass before the animal's feet and along the lower edge, at times a twig or a plant that hides a part of it."""
    layer = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(layer)
    near = SEASONS[season]["near"]
    blades = [(x + rng.normal(0, reach * 0.5), foot + 0.02, reach * rng.uniform(0.12, 0.34)) for _ in range(22)]
    blades += [(rng.uniform(0, 1), rng.uniform(0.93, 1.0), rng.uniform(0.05, 0.15)) for _ in range(50)]
    for bx, by, h in blades:
        color = mix(near, (36, 56, 18) if rng.random() < 0.6 else (250, 236, 170), rng.uniform(0.1, 0.45))
        lean, w = rng.normal(0, 0.4) * h, 0.05 * h + 0.0035
        draw_spike(draw, size, bx, by, w, lean, h, color)
    if rng.random() < 0.4:
        plant = glyph(str(rng.choice(["🌿", "🌾", "🌱", "🍄"])))
        side = x + rng.choice([-1, 1]) * reach * rng.uniform(0.35, 0.7)
        paste(layer, plant, side, foot + 0.05, reach * rng.uniform(0.3, 0.6), near, 0.35)
    if rng.random() < 0.2:
        draw_branch(rng, draw, size)
    return layer


def draw_branch(rng, draw, size) -> None:
    """A bare twig that hangs into the picture from above."""
    x, y, slope = rng.uniform(-0.1, 0.6), rng.uniform(0.0, 0.3), rng.uniform(-0.3, 0.5)
    length, color = rng.uniform(0.4, 0.7), (72, 54, 44)
    end = (x + length, y + slope * length)
    draw.line([(x * size, y * size), (end[0] * size, end[1] * size)], fill=color, width=max(1, round(0.014 * size)))
    for t in np.linspace(0.2, 1, 6):
        px, py = x + length * t, y + slope * length * t
        tip = (px + rng.uniform(0.02, 0.08), py + rng.choice([-1, 1]) * rng.uniform(0.04, 0.1))
        twig = [(px * size, py * size), (tip[0] * size, tip[1] * size)]
        draw.line(twig, fill=color, width=max(1, round(0.007 * size)))
        r = rng.uniform(0.008, 0.018)
        leaf = [(206, 110, 40), (190, 60, 40), (220, 170, 60)][int(rng.integers(3))]
        corners = (tip[0] - r, tip[1] - r, tip[0] + r, tip[1] + r)
        draw.ellipse(tuple(corner * size for corner in corners), fill=leaf)
