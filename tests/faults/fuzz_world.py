"""The world the fuzzer meets, and how its real ids and secrets find their way into generated requests.

Each request runs inside a savepoint that is rolled back, so that a failing one is the same when it is tried again
and none spoils the next.
"""

import os
import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from schemathesis import Case

from tests.conftest import JoinedDatabase

#: How many requests are made up for each operation and caller.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
IDENTITIES = (
    "anonymous",
    "account",
    "citizen",
    "clerk",
    "approver",
    "counter",
    "city_admin",
    "town_reviewer",
    "justice_reviewer",
    "auditor",
)

#: The state an application should be in for the call to do something.
_STATES = {
    "applications_save_application": "draft",
    "applications_submit_application": "draft",
    "applications_dispute_not_needed": "not_needed",
    "applications_revise_application": "not_needed",
    "applications_answer_return": "returned",
    "applications_urge_application": "submitted",
    "handling_claim_application": "submitted",
    "handling_edit_text": "reviewing",
    "handling_return_application": "reviewing",
    "handling_transfer_application": "reviewing",
    "handling_propose_refusal": "reviewing",
    "handling_forward_application": "reviewing",
    "deciding_refuse_application": "refusing",
    "deciding_send_back": "approving",
    "committee_certificates_approve_application": "approving",
    "committee_certificates_preview_document": "approving",
}


@dataclass
class World:
    """The application, who calls it, and the values that are real in it."""

    app: Flask
    database: JoinedDatabase
    tokens: dict[str, str | None] = field(default_factory=dict)
    #: By the name of a path parameter or of a body's member.
    real: dict[str, list[Any]] = field(default_factory=dict)
    #: Applications by state, and the version each has.
    applications: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    #: Of what an approver reads of those that await one.
    digests: dict[str, str] = field(default_factory=dict)

    def headers(self, who: str) -> dict[str, str]:
        """What this identity sends along."""
        token = self.tokens[who]
        return {"Authorization": f"Bearer {token}"} if token else {}

    def ground(self, case: Case) -> None:
        """Put real values in the place of some generated ones; the same for the same case."""
        dice = random.Random(zlib.crc32(repr(case).encode("utf-8", "surrogatepass")))
        real = self._fitting(case.operation.definition.raw["operationId"], case.path, dice)
        for name in case.path_parameters:
            if real.get(name) and dice.random() < 0.8:
                case.path_parameters[name] = dice.choice(real[name])
        if isinstance(case.body, dict | list):
            case.body = _grounded(case.body, real, dice, 0.9 if dice.random() < 0.5 else 0.3)

    def _fitting(self, operation: str, path: str, dice: random.Random) -> dict[str, list[Any]]:
        """The real values, most often with an application on which this call can do something."""
        state = "draft" if "uploads" in path or "evidence" in path else _STATES.get(operation, "")
        fit = self.applications.get(state, [])
        if not fit or dice.random() < 0.2:
            return self.real
        one = dice.choice(fit)
        read = {"digest": [self.digests[one]]} if one in self.digests else {}
        return {**self.real, "application_id": [one], "row_version": [self.versions[one]], **read}

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is rolled back.

        The savepoint is released too, which SQLAlchemy does not do: thousands of them would pile up with their locks.
        """
        say = self.database.connection.exec_driver_sql
        say("SAVEPOINT fuzz")
        try:
            yield
        finally:
            say("ROLLBACK TO SAVEPOINT fuzz")
            say("RELEASE SAVEPOINT fuzz")


def _grounded(value: Any, real: dict[str, list[Any]], dice: random.Random, chance: float) -> Any:
    if isinstance(value, list):
        return [_grounded(inner, real, dice, chance) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        name: dice.choice(real[name])
        if real.get(name) and dice.random() < chance
        else _grounded(inner, real, dice, chance)
        for name, inner in value.items()
    }
