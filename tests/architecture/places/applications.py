"""Applications in every state, and what hangs on them; each call makes a fresh one in the village."""

import json
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from backend import clock
from backend.applications import sentences
from backend.applications.models import (
    Application,
    CannedSentence,
    Evidence,
    NecessityFinding,
    ReturnItem,
    TextRevision,
    Upload,
)
from backend.organisations.models import Organisation
from backend.runtime import Runtime
from tests.architecture.places.people import People, Who
from tests.factories import certificates
from tests.factories.organisations import Staff

T = TypeVar("T")

#: Words that stand in this village's things and nowhere else: none may reach who stands outside.
TITLE, PURPOSE, RECEIVER = "望舒居住情况证明", "望舒子女入学报名", "望舒学校"
BODY = "兹证明司徒望舒自2019年3月起居住在我社区万年路15号。"
CONTACT_PHONE = "13712345678"


class Applications:
    """The part of the world that is asked for most."""

    session: Session
    runtime: Runtime
    people: People
    clerk: Staff

    @property
    def village(self) -> Organisation:
        """The committee whose things all of these are."""
        return self.people.offices["village"]

    def sentence(self) -> CannedSentence:
        """One that the village keeps for its texts."""
        facts = {"organisation_id": self.village.id, "kind": "body_text", "words": BODY}
        return sentences.add(self.session, self.clerk.actor, **facts)

    def application(self, state: str, who: Who | None = None, **changes: Any) -> Application:
        """In this state, claimed by `who`."""
        fields: dict[str, Any] = {
            "state": state,
            "shelf": {"draft": "own", "not_needed": "own", "refused": "closed"}.get(state, "open"),
            "title": TITLE,
            "purpose": PURPOSE,
            "receiver": RECEIVER,
            "words": BODY,
            "text": BODY,
            "contact_phone": CONTACT_PHONE,
            "promise_days": 3,
            "claimed_by_account_id": who.account.id if who else None,
            "claim_lapses_at": clock.now() + timedelta(hours=4) if who else None,
            **changes,
        }
        drafter = self.clerk.account
        made = certificates.approving_application(
            self.session, self.village, self.people.holder, drafter, **fields
        )
        if made.submitted_at is not None:
            self._first_text(made)
        return made

    def _first_text(self, application: Application) -> None:
        self.session.add(
            TextRevision(
                county_code=application.county_code,
                application_id=application.id,
                serial=0,
                text=BODY,
                by_post="申请人",
                account_id=self.people.holder.account.id,
                at=clock.now(),
            )
        )

    def unsubmitted(self, state: str = "draft", **changes: Any) -> Application:
        """Not the committee's yet."""
        return self.application(state, submitted_at=None, **changes)

    def returned(self, **changes: Any) -> Application:
        """Sent back once for completion."""
        return self.application("returned", paused_at=clock.now(), returned_once=True, **changes)

    def assisted(self) -> dict[str, Any]:
        """Changes that make it one which the village's clerk typed for the holder."""
        return {"helper": "clerk", "helper_basis": "sms_code", "account_id": self.clerk.account.id}

    def elsewhere(self) -> Application:
        """The same person's, but in the next village."""
        village, holder = self.people.offices["sibling"], self.people.holder
        return certificates.approving_application(self.session, village, holder, self.clerk.account)

    def refusing(self) -> Application:
        """A refusal is proposed."""
        words = {"reason": "unverifiable", "words": "无法核实", "where_to_go": [["派出所", "带身份证"]]}
        return self.application("refusing", refusal=json.dumps(words))

    def evidence(self, application: Application, who: Who | None = None) -> Evidence:
        """A picture beside an application."""
        return self._keep(
            Evidence(
                county_code=application.county_code,
                application_id=application.id,
                label="门牌照片",
                media_type="image/jpeg",
                size=9,
                pages=1,
                blob=self.runtime.storage.put(b"a picture"),
                account_id=who.account.id if who else self.people.holder.account.id,
                added_at=clock.now(),
            )
        )

    def upload(self, application: Application, who: Who) -> Upload:
        """A file of three bytes that `who` has announced."""
        return self._keep(
            Upload(
                county_code=application.county_code,
                application_id=application.id,
                account_id=who.account.id,
                size=3,
                part_size=3,
                label="门牌照片",
                created_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=1),
            )
        )

    def return_item(self, application: Application) -> ReturnItem:
        """What the single return named."""
        return self._keep(
            ReturnItem(
                county_code=application.county_code,
                application_id=application.id,
                kind="explain",
                message="请说明住了多久",
                created_at=clock.now(),
            )
        )

    def finding(self, application: Application, *, overruled: bool = False) -> NecessityFinding:
        """A hit of the necessity check."""
        return self._keep(
            NecessityFinding(
                county_code=application.county_code,
                application_id=application.id,
                organisation_id=application.organisation_id,
                key="marriage",
                edition="2020",
                matched="结婚",
                source="words",
                found_at=clock.now(),
                overruled_at=clock.now() if overruled else None,
                overrule_reason="望舒说的是居住" if overruled else None,
            )
        )

    def _keep(self, row: T) -> T:
        self.session.add(row)
        self.session.commit()
        return row
