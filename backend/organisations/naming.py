"""Names of offices as the law writes them, from the statistics office's short forms; pinyin initials."""

import re

from pypinyin import Style, lazy_pinyin

VIRTUAL = "虚拟"
_VILLAGE = re.compile(r"(村民委员会|村委会)$")
_RESIDENTS = re.compile(r"(居民委员会|居委会)$")


def office_name(name: str, level: str) -> str:
    """The office that stands for a place: `桂花镇人民政府`, `温泉街道办事处`, `白沙村村民委员会`."""
    if level == "village":
        return committee_name(name)
    if name.endswith("街道"):
        return f"{name}办事处"
    return f"{name}人民政府" if name.endswith(("市", "区", "县", "镇", "乡")) and not _is_park(name) else name


def _is_park(name: str) -> bool:
    """开发区, 物流区, 工业园区: run by a board (管委会), not a government."""
    return name.endswith(("开发区", "园区", "物流区"))


def committee_name(name: str) -> str:
    """`大桥村委会` -> `大桥村村民委员会`; `万年路社区` -> `万年路社区居民委员会`; others stay."""
    if _VILLAGE.search(name):
        core = _VILLAGE.sub("", name)
        return f"{core if core.endswith('村') else core + '村'}村民委员会"
    if _RESIDENTS.search(name):
        return f"{_RESIDENTS.sub('', name)}居民委员会"
    return f"{name}居民委员会" if name.endswith("社区") else name


def core_name(name: str, town: str) -> str:
    """What a committee is called in short: `大桥村`, `万年路社区`; a town's name in front is dropped."""
    core = re.sub(r"(村民委员会|居民委员会)$", "", committee_name(name))
    rest = core.removeprefix(town)
    return rest if len(rest) > 1 else core


def initials(name: str) -> str:
    """Pinyin initials (拼音首字母), lower case: `万年路社区` -> `wnlsq`."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).lower()
