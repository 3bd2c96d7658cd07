"""Made-up persons with right check digits (GB 11643), names as they occur: minorities' dots, rare
characters.
"""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(first_17: str) -> str:
    """MOD 11-2 of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def is_id_number(text: str) -> bool:
    """18 characters, a day that exists, the right check digit."""
    if len(text) != 18 or not text.isascii() or not text[:17].isdigit():
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return check_digit(text[:17]) == text[17]


def _person(name: str, first_17: str) -> tuple[str, str]:
    return first_17 + check_digit(first_17), name


#: ID number to name.
DEMO_PERSONS = dict(
    (
        _person("张建国", "42122119680412301"),
        _person("李秀英", "42122119710925302"),
        _person("陈小满", "42122219950520313"),
        _person("欧阳春燕", "42122419890308324"),
        _person("王䶮", "42122319920117335"),
        _person("陈㛃", "42128119980704346"),
        _person("刘𬭎", "42120219860630357"),
        _person("买买提·吐尔逊", "65310119900101361"),
        _person("阿依古丽·买买提", "65310119931111382"),
    )
)
