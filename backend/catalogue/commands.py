"""`flask zheng decide`: the necessity decision from the shell."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from backend.catalogue import snapshot
from backend.catalogue.decide import Decision, Question, Receiver, decide

#: What would break a row of a tab-separated table.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WAYS = {
    "nothing": "什么也不用交",
    "data": "数据共享",
    "licence": "亮电子证照",
    "commitment": "书面承诺",
    "inquiry": "部门核验",
    "certificate": "开证明",
    "": "—",
}


@click.command("decide")
@click.argument("words", required=False)
@click.option(
    "--file", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="一行一句话"
)
@click.option("--outside", is_flag=True, help="收件单位在市外")
@with_appcontext
def decide_command(words: str | None, path: Path | None, outside: bool) -> None:
    """要不要开证明：WORDS 是一个人的原话。

    --file 时输出以制表符分隔，一个愿望一行：原话、判断、不得出具清单的代码（没有为 ok）、事项代码、把握。
    """
    if (words is None) == (path is None):
        raise click.UsageError("请给出一句话，或用 --file 给出文件")
    receiver = Receiver(in_city=not outside)
    if path is None:
        for found in decide(snapshot.current(), Question(words=words or "", receiver=receiver)):
            click.echo("\n".join(_shown(found)))
        return
    for line in _lines(path):
        for found in decide(snapshot.current(), Question(words=line, receiver=receiver)):
            click.echo(row(line, found))


def row(words: str, found: Decision) -> str:
    """One wish as tab-separated text: phrasing, kind, forbidden key or ok, item code, confidence."""
    fields = (_UNSHOWN.sub(" ", words), found.kind, found.key or "ok", found.item, f"{found.confidence:.2f}")
    return "\t".join(fields)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            if text := line.rstrip("\r\n"):
                yield text


def _shown(found: Decision) -> Iterator[str]:
    yield f"判断：{found.kind} {found.title}（{found.key or found.item or '—'}，把握 {found.confidence:.2f}）"
    yield f"怎么办：{_WAYS[found.way]}；{found.where}"
    yield f"下一步：{found.next_step}"
    yield from (f"请问：{each}" for each in found.question)
    if found.basis:
        yield f"依据：{'；'.join(found.basis)}"
    yield from (f"　· {each}" for each in found.trace)
