"""One village in the middle of its work: an application in any state, a sealed certificate, and what hangs on them."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from backend import clock, privacy
from backend.access import Role
from backend.audit.models import AccessRecord
from backend.certificates import sharing
from backend.certificates.models import Certificate, ShareLink
from backend.complaints import service as complaints
from backend.complaints.models import Complaint
from backend.notifications.models import Message
from backend.organisations import deputies, invitations
from backend.organisations.models import Organisation, RoleGrant, StaffInvitation, StaffMember
from backend.papers.models import Paper
from backend.runtime import Runtime
from backend.showcodes import service as showcodes
from backend.showcodes.models import ShowCode
from tests.architecture.places.applications import (
    BODY,
    CONTACT_PHONE,
    PURPOSE,
    RECEIVER,
    TITLE,
    Applications,
)
from tests.architecture.places.people import People, Who
from tests.factories import certificates, papers
from tests.factories import organisations as offices
from tests.factories.organisations import Staff

#: More words that stand in this village's things and nowhere else.
CLERK_NAME, INVITED_NAME, INVITED_PHONE = "端木知行", "南宫来日", "13912345678"
COMPLAINT = "望舒对办理过程有意见"


@dataclass
class World(Applications):
    """What a probe may ask for; each method makes a fresh thing in the village, to be rolled back."""

    session: Session
    runtime: Runtime
    people: People
    clerk: Staff
    approver: Staff
    certificate: Certificate
    connection: Connection

    @property
    def town(self) -> Organisation:
        return self.people.offices["town"]

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Personal data of the village's people, as printed and as masked."""
        holder, number = self.people.holder, self.certificate.number
        plain = (holder.person.name, CLERK_NAME, INVITED_NAME)
        return (
            *plain,
            *map(privacy.mask_name, plain),
            holder.person.id_number,
            *(str(phone) for phone in (holder.account.phone, INVITED_PHONE, CONTACT_PHONE)),
            *(TITLE, PURPOSE, RECEIVER, BODY, COMPLAINT, number),
        )

    def unmakeable(self) -> Certificate:
        """Approved, but its paper cannot be made."""
        application = self.application("sealing")
        self._set(Certificate, self.certificate.id, state="sealing", application_id=application.id)
        self._set(Paper, self.certificate.paper_id, state="failed", failure="glyph_missing")
        return self.certificate

    def receipt(self) -> uuid.UUID:
        """A claimed application whose sealed receipt is there (the certificate's paper, as if it were that)."""
        application = self.application("reviewing")
        self._set(Paper, self.certificate.paper_id, kind="receipt", subject_id=application.id)
        return application.id

    def complaint(self) -> Complaint:
        """Of the holder's, about the village: the town's to answer."""
        application = self.application("reviewing")
        return self._keep(
            complaints.file(
                self.session,
                self.people.holder.actor(self.session),
                kind="application",
                subject_kind="application",
                subject_id=application.id,
                person_id=self.people.holder.person.id,
                organisation=self.village,
                text=COMPLAINT,
                settings=self.runtime.settings,
            )
        )

    def invitation(self) -> StaffInvitation:
        """A new clerk, invited."""
        made = invitations.invite(
            self.session,
            offices.organisation_admin(self.session, self.village).actor,
            organisation_id=self.village.id,
            role=Role.CLERK,
            post="经办人",
            name=INVITED_NAME,
            phone=INVITED_PHONE,
        )
        return self._keep(made.invitation)

    def deputy(self, of: uuid.UUID | None = None) -> RoleGrant:
        """The clerk stands in for the approver, today."""
        return self._keep(
            deputies.name_deputy(
                self.session,
                offices.organisation_admin(self.session, self.village).actor,
                grant_id=of or self.approver.grant.id,
                account_id=self.clerk.account.id,
                starts_on=clock.today(),
                ends_on=clock.today(),
            )
        )

    def former_officer(self) -> uuid.UUID:
        """Somebody who left the village yesterday and signs in another county today; the account's id."""
        today, day = clock.today(), timedelta(days=1)
        made = offices.approver(self.session, self.people.offices["other_village"])
        offices.grant(
            self.session,
            made.account,
            self.village,
            Role.APPROVER,
            starts_on=today - 9 * day,
            ends_on=today - day,
        )
        certificates.pin(self.session, made.account)
        self.session.commit()
        return made.account.id

    def officer_elsewhere(self) -> RoleGrant:
        """In office in another county."""
        return offices.clerk(self.session, self.people.offices["other_village"]).grant

    def fresh_short_code(self) -> Organisation:
        """The village, as if it had never numbered anything."""
        self._set(Organisation, self.village.id, short_code_used=False)
        return self.village

    def share(self, who: Who) -> ShareLink:
        """A link to the PDF that `who` made."""
        link, _ = sharing.share(
            self.session,
            self.people.holder.actor(self.session),
            certificate_id=self.certificate.id,
            for_whom="望舒学校教务处",
            settings=self.runtime.settings,
        )
        link.account_id = who.account.id
        return self._keep(link)

    def show_code(self, who: Who) -> ShowCode:
        """A show-code of the certificate that `who` made."""
        row = showcodes.show(
            self.session,
            self.people.holder.actor(self.session),
            item_id=self.certificate.id,
            scope="name",
            purpose=PURPOSE,
            settings=self.runtime.settings,
        )
        row.account_id = who.account.id
        return self._keep(row)

    def look(self) -> AccessRecord:
        """Somebody looked at the certificate."""
        return self._keep(
            AccessRecord(
                holder_id=self.people.holder.person.id,
                at=clock.now(),
                kind="scan",
                item_kind="certificate",
                item_id=self.certificate.id,
                organisation_name="政务服务中心",
                post="窗口人员",
                matter="望舒入学",
                scope="name",
                verdict="有效",
                reason="in_force",
            )
        )

    def message(self) -> Message:
        """A message to the holder's phone."""
        return self._keep(
            Message(
                account_id=self.people.holder.account.id,
                kind="note",
                title="有进展了",
                text=BODY,
                target_kind="application",
                created_at=clock.now(),
            )
        )

    def _set(self, model: Any, row_id: uuid.UUID, **values: Any) -> None:
        self.session.execute(update(model).where(model.id == row_id).values(values))
        self.session.commit()


def build(session: Session, runtime: Runtime, connection: Connection, people: People) -> World:
    """The village at work, with one sealed certificate in its holder's wallet."""
    papers.city_keys(session, runtime.settings)
    village = people.offices["village"]
    clerk, approver = offices.clerk(session, village), offices.approver(session, village)
    member = session.scalars(select(StaffMember).where(StaffMember.account_id == clerk.account.id)).one()
    member.name = CLERK_NAME
    certificates.pin(session, approver.account)
    desk = certificates.Desk(session, runtime, village, clerk, approver, people.holder)
    application = desk.application(title=TITLE, purpose=PURPOSE, receiver=RECEIVER, text=BODY)
    certificate = desk.issue(application)
    session.commit()
    return World(session, runtime, people, clerk, approver, certificate, connection)
