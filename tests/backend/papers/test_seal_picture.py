"""The seal is a self-contained drawing in which names of any lawful length fit."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import typst
from PIL import Image

from backend.papers.seal_picture import DIAMETER, LONGEST_NAME, SealNameRefused, seal_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> Image.Image:
    """The seal as pixels, 10 a millimetre."""
    source = (
        b'#set page(width: 42mm, height: 42mm, margin: 0mm)\n#image(bytes(sys.inputs.seal), format: "svg")'
    )
    png = typst.compile(source, sys_inputs={"seal": svg}, format="png", ppi=254)
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("length", [1, 4, 8, 19, 28, LONGEST_NAME])
@pytest.mark.parametrize("kind", ["committee", "business"])
def test_one_outline_for_each_character(length: int, kind: str) -> None:
    root = ElementTree.fromstring(seal_svg("村" * length, kind=kind))
    outlines = root.findall(f".//{SVG}path")
    assert len(outlines) == length + (5 if kind == "business" else 0)
    assert len(root.findall(f".//{SVG}polygon")) == 1
    assert not root.findall(f".//{SVG}text") and "href" not in seal_svg("村" * length, kind=kind)


@pytest.mark.parametrize("length", [4, 19, LONGEST_NAME])
def test_characters_stay_between_ring_and_star(length: int) -> None:
    for x, y in re.findall(r"[ML](-?[\d.]+)[ ,](-?[\d.]+)", seal_svg("疆" * length)):
        distance = (float(x) ** 2 + float(y) ** 2) ** 0.5
        assert 8.0 < distance < DIAMETER / 2 - 1.2


@pytest.mark.parametrize("length", [12, 38])
def test_the_star_is_red_and_a_committees_seal_is_empty_below_it(length: int) -> None:
    picture = drawn(seal_svg("口" * length))
    assert picture.getpixel((210, 210))[0] > 180 and picture.getpixel((210, 210))[1] < 60  # the star is red
    assert picture.getpixel((210, 350)) == (255, 255, 255)


def test_same_name_same_drawing() -> None:
    seal_svg.cache_clear()
    first = seal_svg("高新村村民委员会")
    seal_svg.cache_clear()
    assert seal_svg("高新村村民委员会") == first


def test_rare_character_is_drawn_from_the_fallback_font() -> None:
    assert seal_svg("\U00031350村")


@pytest.mark.parametrize("name", ["", "村" * (LONGEST_NAME + 1), "村\u0e01"])
def test_impossible_names_are_refused_with_words(name: str) -> None:
    with pytest.raises(SealNameRefused, match="印章"):
        seal_svg(name)
