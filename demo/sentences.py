"""What the demonstration's village keeps for its texts."""

from backend import access, runtime
from backend.applications import sentences
from demo import places

_KEPT = {
    "body_text": (
        "经村委会实地查看，情况属实。",
        "兹证明该同志系我村村民，自____年____月起居住在我村____组，至今仍在此居住。",
        "以上情况系村民小组会议核实，无争议。",
        "特此证明。",
    ),
    "return_reason": (
        "请补一张房屋正面的照片，要看得清门牌。",
        "请写明接收这份证明的单位全称和用途。",
        "请把户口簿原件带到村委会核对。",
    ),
    "refuse_reason": (
        "所述情况村委会没有记录，也无法核实。",
        "该事项由公安机关的户籍登记证明，村委会依法不能出具。",
    ),
}


def keep() -> str:
    """Each once."""
    with runtime.current().database.session() as session:
        village = places.office(session, places.VILLAGE)
        if sentences.listed(session, access.MACHINE, organisation_id=village.id):
            return ""
        for kind, all_words in _KEPT.items():
            for words in all_words:
                sentences.add(session, access.MACHINE, organisation_id=village.id, kind=kind, words=words)
        session.commit()
    return f"{sum(map(len, _KEPT.values()))} 条"
