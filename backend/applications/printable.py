"""Early word on characters that no paper can carry, so that nobody learns of them only at the approval."""

from backend.papers import glyphs
from backend.problems import InvalidInput

_SHOWN = 3


class Unprintable(InvalidInput):
    """A text holds characters that cannot be printed; `errors` names field, place and character."""

    code = "unprintable"
    detail = "有不能打印的字符，请按提示删去或改写"


def refuse_unprintable(**texts: str) -> None:
    """Raise Unprintable where a text, by field, holds what a paper may not carry. Line breaks are allowed."""
    errors = {f"json.{field}": found for field, text in texts.items() if (found := _faults(text))}
    if errors:
        first = next(iter(errors.values()))[0]
        raise Unprintable(f"有不能打印的字符：{first}", errors=errors)


def _faults(text: str) -> list[str]:
    forbidden = [str(each) for line in text.splitlines() for each in glyphs.forbidden_characters(line)]
    if forbidden:
        return forbidden[:_SHOWN]
    missing = glyphs.missing_glyphs("".join(text.splitlines()))
    return [f"字库中没有“{letter}”(U+{ord(letter):04X})这个字，请核对后改写" for letter in missing[:_SHOWN]]
