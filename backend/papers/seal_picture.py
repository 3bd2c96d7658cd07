"""The round red seal (公章) as a drawing: a ring, a five-pointed star, the name along the arc.

Proportions after 国发〔1999〕25号 for seals of grass-roots bodies: 42 mm across, the star in the middle,
the name from left to right along the ring, in Song type. The characters are drawn as outlines, so the
picture needs no font and can be neither searched nor copied as text. It is only a picture: what proves the
paper is the signature and the code.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, pi, radians, sin
from threading import Lock
from typing import Any, Literal

from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from backend.papers.glyphs import font_paths

SealKind = Literal["committee", "business"]

DIAMETER = 42.0  # mm, outer edge
RED = "#d3121b"
LONGEST_NAME = 40  # characters
BUSINESS_LINE = "业务专用章"

_RING = 1.2  # mm, width of the ring's stroke
_STAR_RADIUS = 7.0  # mm
_GAP = 1.15  # mm between ring and the characters' heads
_TALLEST, _SHORTEST = 5.2, 3.5  # mm, height of a character on the arc
_NARROWEST = 0.46  # width : height, below which strokes run together
#: Degrees of the circle a name may take: the business line needs the room below.
_SWEEP: dict[SealKind, float] = {"committee": 284.0, "business": 252.0}
_WIDEST_STEP = 30.0  # degrees, so that a name of four characters does not fly apart
_drawing = Lock()  # a font file is read lazily, through one file position


class SealNameRefused(Exception):
    """A name that cannot stand on a seal; the message says why."""


@dataclass(frozen=True)
class _Lettering:
    """How the characters of one name sit on the arc: height and width in mm, step in degrees."""

    height: float
    width: float
    step: float


@lru_cache(maxsize=256)
def seal_svg(name: str, *, kind: SealKind = "committee") -> str:
    """SVG of the seal of `name` (1 to 40 characters), 42 mm square, transparent ground.

    `kind` "committee" is the full seal, "business" carries 业务专用章 below the star. Same name, same text.
    Raises SealNameRefused for a name too long, empty, or with a character no font of ours draws.
    """
    if not 1 <= len(name) <= LONGEST_NAME:
        raise SealNameRefused(f"印章名称须为1至{LONGEST_NAME}个字，现有{len(name)}个字")
    half = DIAMETER / 2
    with _drawing:
        shapes = _shapes(name, kind)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{DIAMETER:g}mm" height="{DIAMETER:g}mm" '
        f'viewBox="{-half:g} {-half:g} {DIAMETER:g} {DIAMETER:g}">'
        f'<g fill="{RED}">{"".join(shapes)}</g></svg>'
    )


def _shapes(name: str, kind: SealKind) -> list[str]:
    shapes = [_ring(), _star(-1.6 if kind == "business" else 0.0), *_arc(name, _SWEEP[kind])]
    if kind == "business":
        shapes += _line(BUSINESS_LINE, height=4.2, centre_y=10.8)
    return shapes


def _ring() -> str:
    return f'<circle r="{(DIAMETER - _RING) / 2:g}" fill="none" stroke="{RED}" stroke-width="{_RING:g}"/>'


def _star(centre_y: float) -> str:
    """A regular pentagram, one point up: the inner radius is 0.382 of the outer one."""
    points = []
    for corner in range(10):
        radius = _STAR_RADIUS if corner % 2 == 0 else _STAR_RADIUS * 0.381966
        angle = pi * corner / 5
        points.append(f"{radius * sin(angle):.3f},{centre_y - radius * cos(angle):.3f}")
    return f'<polygon points="{" ".join(points)}"/>'


def _lettering(count: int, sweep: float) -> _Lettering:
    """Large and square while the name is short.

    Then narrower, then lower, so that 40 characters still fit.
    """
    step = min(_WIDEST_STEP, sweep / count)
    for height in (_TALLEST, 4.8, 4.4, 4.0, _SHORTEST):
        room = radians(step) * (_head_radius() - height) * 1.04
        width = min(height * 0.94, room)
        if width >= height * _NARROWEST:
            break
    return _Lettering(height, width, step)


def _head_radius() -> float:
    """Radius on which the characters' heads lie."""
    return DIAMETER / 2 - _RING - _GAP


def _arc(name: str, sweep: float) -> list[str]:
    lettering = _lettering(len(name), sweep)
    first = -lettering.step * (len(name) - 1) / 2
    radius = _head_radius() - lettering.height / 2
    paths = []
    for place, character in enumerate(name):
        turn = Transform().rotate(radians(first + place * lettering.step)).translate(0, -radius)
        paths.append(_character(character, turn, lettering.width, lettering.height))
    return paths


def _line(text: str, *, height: float, centre_y: float) -> list[str]:
    left = -height * (len(text) - 1) / 2
    return [
        _character(character, Transform().translate(left + place * height, centre_y), height * 0.96, height)
        for place, character in enumerate(text)
    ]


def _character(character: str, place: Transform, width: float, height: float) -> str:
    """One outline, its em box centred on `place` and scaled to width x height mm.

    SVG's y axis points down.
    """
    glyphs, glyph, em, middle = _outline(character)
    shape = place.scale(width / em, -height / em).translate(-glyphs[glyph].width / 2, -middle)
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.3f}".rstrip("0").rstrip("."))
    glyphs[glyph].draw(TransformPen(pen, shape))
    # The stroke thickens the thin horizontals of Song, which a rubber seal would also show heavier.
    return f'<path d="{pen.getCommands()}" stroke="{RED}" stroke-width="0.12"/>'


def _outline(character: str) -> tuple[Any, str, int, float]:
    """Glyph set, glyph name, units per em, and the height of the em box's middle above the baseline."""
    for font in _fonts():
        glyph = font.getBestCmap().get(ord(character))
        if glyph is not None:
            em = font["head"].unitsPerEm
            return font.getGlyphSet(), glyph, em, em * 0.38
    raise SealNameRefused(f"字库中没有“{character}”字，无法制作印章")


@cache
def _fonts() -> tuple[TTFont, ...]:
    return tuple(TTFont(path, lazy=True) for path in font_paths())
