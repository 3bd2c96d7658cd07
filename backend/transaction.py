"""One transaction per user action: run, commit at the edge, and try again what the database could not order."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from backend import runtime
from backend.problem_answers import trace_id
from backend.problems import Conflict, Problem

log = logging.getLogger("zhangshangzheng.http")
T = TypeVar("T")

_TRIES = 4
_RETRIABLE = {"40001", "40P01", "55P03"}


def in_transaction(work: Callable[[Session], T], *, read_only: bool = False, lock_late: bool = False) -> T:
    """Run `work` in one transaction and commit it; serialization failures and deadlocks are run again, here only."""
    database = runtime.current().database
    for attempt in range(1, _TRIES + 1):
        session = database.session(read_only=read_only, lock_late=lock_late)
        try:
            answer = work(session)
            session.commit()
            return answer
        except Problem as problem:
            session.commit() if problem.keeps_changes else session.rollback()
            raise
        except StaleDataError as error:
            session.rollback()
            raise Conflict() from error
        except DBAPIError as error:
            session.rollback()
            if attempt == _TRIES or not _worth_retrying(error):
                raise _of_database(error) from error
            log.info("transaction tried again", extra={"attempt": attempt, "trace_id": trace_id()})
        finally:
            session.close()
    raise AssertionError("unreachable")


def _worth_retrying(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return "idempotent_answer" in str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRIABLE or "database is locked" in str(error.orig)


def _of_database(error: DBAPIError) -> Problem:
    log.warning("database refused", extra={"trace_id": trace_id(), "kind": type(error.orig).__name__})
    if isinstance(error, IntegrityError):
        return Conflict()
    return DatabaseBusy()


class DatabaseBusy(Problem):
    status = 503
    code = "database_busy"
    detail = "系统正忙，请稍后再试；您的内容没有丢失"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
