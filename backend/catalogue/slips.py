"""Homophones (同音字): a name written with other characters of the same sound, put right where nothing else fits."""

import re
from collections.abc import Iterator, Sequence

from backend.catalogue.lexicon import Lexicon, is_word, sound

_LENGTHS = (8, 7, 6, 5, 4, 3, 2)
_MOST = 400  # characters looked at: a slip matters in a sentence, not in an essay


def by_sound(text: str, lexicon: Lexicon, glue: re.Pattern[str]) -> str:
    """The text with names restored by their sound. Two syllables count only right before 证明."""
    sounds = [sound(each) for each in text[:_MOST]]
    out: list[str] = []
    position = 0
    while position < len(sounds):
        name = next(_names_at(text, sounds, position, lexicon, glue), None)
        out.append(name or text[position])
        position += len(name) if name else 1
    return "".join(out) + text[_MOST:]


def _names_at(
    text: str, sounds: Sequence[str], position: int, lexicon: Lexicon, glue: re.Pattern[str]
) -> Iterator[str]:
    for length in _LENGTHS:
        end = position + length
        if end > len(sounds):
            continue
        name = lexicon.sounds.get(" ".join(sounds[position:end]))
        written = text[position:end]
        if name is None or is_word(written):
            continue
        if length > 2 or written == name or glue.match(text, end):
            yield name
