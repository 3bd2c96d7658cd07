"""The state table as a page: `python -m backend.applications.state_table > docs/state-table.md`."""

from collections.abc import Iterator

from backend.applications.workflow import (
    COSIGN_DAYS,
    GUARD_NAMES,
    LIMITS,
    PARTY_NAMES,
    PROMISE_DAYS,
    STATE_NAMES,
    STEPS,
    State,
    Step,
)


def page() -> str:
    """Markdown, in Chinese and with the names that code uses."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 申请的状态表"
    yield ""
    yield "本页由 `backend/applications/workflow.py` 生成，不要手改:`python -m backend.applications.state_table`。"
    yield ""
    yield f"承诺办结：默认 {PROMISE_DAYS} 个工作日；需要乡镇（街道）复核的加 {COSIGN_DAYS} 个；补正期间停止计算。"
    yield ""
    yield "## 状态"
    yield ""
    yield "| 状态 | 代码 | 期限 |"
    yield "| --- | --- | --- |"
    for state in State:
        yield f"| {STATE_NAMES[state]} | `{state}` | {_limit(state)} |"
    yield ""
    yield "## 动作"
    yield ""
    yield "| 从 | 动作 | 代码 | 谁 | 权限 | 到 | 条件 | 说明 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    yield from map(_row, STEPS)


def _limit(state: State) -> str:
    limit = LIMITS.get(state)
    if limit is None:
        return ""
    return f"{limit.days} 个工作日" if limit.working else f"{limit.days} 天"


def _row(step: Step) -> str:
    sources = "、".join(STATE_NAMES[state] for state in step.sources)
    to = "或".join(STATE_NAMES[state] for state in step.to) or "(不变)"
    conditions = [GUARD_NAMES[guard] for guard in step.guards] + ["签批密码"] * step.pin
    note = step.note or ("时限继续计算" if step.clock_runs_on else "")
    cells = (
        sources,
        step.label,
        f"`{step.verb}`",
        PARTY_NAMES[step.party],
        f"`{step.permission}`",
        to,
        "、".join(conditions),
        note,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(page(), end="")
