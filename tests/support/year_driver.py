"""The product living through a random year: each event by the use case that people or the clock would use.

Tables are in memory, keys for sealing are of our own. Three things are not done by a use case: a survey is
written with its answers and closed by the clock's own step (`run_survey`); a group's reflection is written by
its repository, for the draft takes six steps; and terms of reference are approved by their repository where
nobody leads who could sign, or where the last approval has not come near its end.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comhar.aws.conditions import Put
from comhar.aws.encryption import Seal
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.quarters import Quarter
from comhar.due_work import leases
from comhar.email_links import link_key
from comhar.leadership import forms as leadership_forms
from comhar.leadership import service as leadership_service
from comhar.meetings import changes
from comhar.meetings import forms as meetings_forms
from comhar.meetings import jobs as meetings_jobs
from comhar.meetings import repository as meetings_repository
from comhar.meetings import service as meetings_service
from comhar.meetings.agenda import issuing
from comhar.meetings.day import actions as day_actions
from comhar.meetings.day import close as day_close
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import meeting_day, minutes
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.profile import forms as profile_forms
from comhar.profile import service as profile_service
from comhar.reflections import draft_service, group, kpi_rows, revisions
from comhar.reflections import model as reflections_model
from comhar.reflections import service as reflections_service
from comhar.reflections.repository import Reflections
from comhar.register import add_member, edit
from comhar.register import forms as register_forms
from comhar.register import service as register_service
from comhar.settings import Settings
from comhar.sign_up import forms as sign_up_forms
from comhar.sign_up import service as sign_up_service
from comhar.terms_of_reference import forms as terms_forms
from comhar.terms_of_reference import model as terms_model
from comhar.terms_of_reference import repository as terms_repository
from comhar.terms_of_reference import service as terms_service
from comhar.tokens import new_id
from local import openapi
from tests.support.memory_tables import memory_table
from tests.support.moved_data import nothing_to_move_write
from tests.support.past_surveys import run_survey
from tests.support.year_events import NATIONAL, Event

ENVIRONMENT = {
    "TRUSTED_DOMAINS": "hse.ie",
    "OFFICE_EMAILS": "office@example.com",
    "AGENDA_DAYS": "5",
    "AGENDA_FLOOR_DAYS": "3",
}
OFFICE = Member(id="office-1", name="Office", email="office@example.com", office=True)
WORDS = {step: "We talked." for step in reflections_model.STEPS}
PLACE = {"mode": "online", "link": "https://meet.example/sw"}
SATISFACTION = {"key": "satisfaction", "kind": "rating", "text": "How satisfied are you?"}
HELPS = {"key": "helps", "kind": "yes_no", "text": "Does it help?"}
STEPS = openapi.load("clock").STEPS


class Keys:
    """Stands for KMS: a wrapped key is its number."""

    def __init__(self) -> None:
        self.plaintexts: list[bytes] = []

    def generate_data_key(self, **request: Any) -> dict[str, bytes]:
        self.plaintexts.append(secrets.token_bytes(32))
        number = len(self.plaintexts) - 1
        return {"Plaintext": self.plaintexts[number], "CiphertextBlob": str(number).encode()}

    def decrypt(self, *, CiphertextBlob: bytes, **request: Any) -> dict[str, bytes]:
        return {"Plaintext": self.plaintexts[int(CiphertextBlob)]}


class YearDriver:
    """`table` is what the year has left in it so far; `ids` are the product's by the year's own names."""

    def __init__(self) -> None:
        self.table = memory_table()
        self.settings = Settings(ENVIRONMENT)
        self.seal = Seal(Keys(), "key", self.table)
        self.ids: dict[str, str] = {}
        self.table.transact(
            [communities_repository.terms_noted_write(), nothing_to_move_write()],
        )

    def live(self, events: Iterable[Event]) -> None:
        for event in events:
            self.event, self.now = event, event.at
            getattr(self, f"_{event.what}")(**event.facts)

    def context(self, user: Any = OFFICE) -> Context[Any]:
        return Context(user, self.now, self.table, self.settings)

    def member(self, name: str) -> Member:
        member = membership_repository.find_member(self.table, self.settings, self.ids[name])
        assert member is not None
        return member.as_of(local_date(self.now))

    @property
    def _id(self) -> str:
        return self.ids[self.event.about]

    def _by_member(self) -> Context[Any]:
        return self.context(self.member(self.event.about))

    # Members

    def _entered(self, role: str) -> None:
        form = register_forms.EnterMember(
            email=f"{self.event.about}@example.com", region=self.event.region, **_person(role)
        )
        self.ids[self.event.about] = add_member.add_member(form, self.context()).id

    def _signed_up(self, role: str) -> None:
        self._sign_up(f"{self.event.about}@hse.ie", role, "active")

    def _waits(self, role: str) -> None:
        self._sign_up(f"{self.event.about}@example.com", role, "pending")

    def _sign_up(self, email: str, role: str, status: str) -> None:
        """By a link as the mailer stores it."""
        token = secrets.token_urlsafe(32)
        pk, sk = link_key(token)
        until = stamp(self.now.replace(year=self.now.year + 1, day=1))
        link = {"purpose": "sign_up", "facts": {"email": email}, "expires_at": until}
        self.table.transact([Put({"pk": pk, "sk": sk, **link})])
        form = sign_up_forms.SignUp(region=self.event.region, **_person(role))
        welcome = sign_up_service.sign_up(token, form, "", self.context(None))
        assert welcome.status == status
        self.ids[self.event.about] = welcome.id

    def _admitted(self) -> None:
        register_service.admit(self._id, self.context())

    def _declined(self) -> None:
        register_service.decline(self._id, register_forms.Why(), self.context())

    def _left(self) -> None:
        profile_service.leave(self._by_member())

    def _returned(self) -> None:
        profile_service.rejoin(self._by_member())

    def _ended(self) -> None:
        register_service.deactivate(self._id, register_forms.Why(), self.context())

    def _reactivated(self) -> None:
        register_service.reactivate(self._id, self.context())

    def _moved(self, to: str, by: str) -> None:
        if by == "office":
            register_service.move(self._id, register_forms.Move(region=to), self.context())
        else:
            profile_service.move_region(profile_forms.MoveRegion(region=to), self._by_member())

    def _role_changed(self, role: str) -> None:
        revision = self.member(self.event.about).revision
        form = register_forms.EditMember(revision=revision, **_person(role))
        edit.edit_member(self._id, form, self.context())

    def _appointed(self, members: tuple[str, ...], months: int) -> None:
        form = leadership_forms.Chairs(members=self._ids(members), term_months=months)
        leadership_service.appoint_chairs(self.event.region, form, self.context())

    def _terms_approved(self, months: int) -> None:
        """All have signed: by the use cases where somebody leads, and nothing keeps the old approval."""
        region = self.event.region
        head, text, community = terms_repository.get_terms(self.table, region, self.now)
        chairs = [
            membership_repository.find_member(self.table, self.settings, each["id"])
            for each in community.chairs
        ]
        leading = [each.as_of(local_date(self.now)) for each in chairs if each]
        able = bool(leading) and all(each.active and each.may_chair(region) for each in leading)
        if able and (head.status != "approved" or head.may_renew_on(local_date(self.now))):
            self._terms_signed(leading, months, head.revision)
            return
        submitted = head.model_copy(update={"period_months": months, "lock": head.lock + 1})
        approved = terms_model.approve(submitted, local_date(self.now))
        approved = approved.model_copy(update={"lock": submitted.lock})
        writes = [
            *terms_repository.head_writes(approved),
            terms_repository.version_write(approved, text),
        ]
        self.table.transact(writes)

    def _terms_signed(self, chairs: list[Member], months: int, revision: int) -> None:
        region, first = self.event.region, self.context(chairs[0])
        form = terms_forms.Terms(period_months=months, revision=revision)
        terms_service.save(region, form, first)
        terms_service.submit(region, first)
        for who in (*chairs, OFFICE):
            signature = terms_forms.Signature(name=who.name, title="Lead")
            terms_service.sign(region, signature, self.context(who))

    def _terms_changed(self, same_meaning: bool) -> None:
        form = terms_forms.Terms(
            sections={"aim": f"We meet. {self.event.at}"},
            revision=10**6,
            same_meaning=["yes"] if same_meaning else [],
        )
        co_chair = Member(
            id="writer",
            name="Writer",
            email="writer@hse.ie",
            status="active",
            region=self.event.region,
            chair_of=(self.event.region,),
        )
        terms_service.save(self.event.region, form, self.context(co_chair))

    def _ids(self, names: Iterable[str]) -> list[str]:
        return [self.ids[name] for name in names]

    # Meetings

    def _scheduled(self, kind: str, starts: datetime) -> None:
        if kind == "national":
            event = meetings_forms.NationalEvent(starts_at=starts, **PLACE)
            scheduled = meetings_service.schedule_national_meeting(event, self.context())
        else:
            form = meetings_forms.Schedule(kind=kind, starts_at=starts, **PLACE)
            scheduled = meetings_service.schedule_meeting(self.event.region, form, self.context())
        self.ids[self.event.about] = scheduled.id

    def _rescheduled(self, starts: datetime) -> None:
        changes.reschedule_meeting(
            self._id, meetings_forms.Reschedule(starts_at=starts), self.context()
        )

    def _cancelled(self) -> None:
        changes.cancel_meeting(self._id, meetings_forms.Cancel(reason="The venue"), self.context())

    def _agenda_held(self) -> None:
        issuing.hold_agenda(self._id, self.context())

    def _agenda_by_hand(self) -> None:
        issuing.issue_agenda(self._id, self.context())

    def _agenda_by_clock(self) -> None:
        """All steps of the meeting that are due by now, of which one is to issue its agenda."""
        key = meetings_repository.key(self._id)
        while (item := self.table.get(key)) and item.get("due_at", "~") <= stamp(self.now):
            claimed = leases.claim(self.table, key, item["due_at"], self.now)
            assert claimed
            meetings_jobs.take_next_step(claimed, self.context(None), STEPS)
        assert meetings_repository.get_meeting(self.table, self._id).agenda_issued

    def _attendance_saved(self, attended: tuple[str, ...]) -> None:
        form = day_forms.Attendance(attended=self._ids(attended))
        meeting_day.save_attendance(self._id, form, self.context())

    def _closed(self, **outcome: Any) -> None:
        if self.event.region == NATIONAL:
            day_close.close_meeting(self._id, day_forms.Close(**outcome), self.context())
            return
        by = local_date(self.now).replace(year=2040, day=1)
        form = day_forms.Close.model_validate(
            {
                "attended": self._ids(outcome["attended"]),
                "actions": [
                    {"what": name, "who": "All of us", "by": by.replace(month=1)}
                    for name in outcome["opened"]
                ],
                "earlier": [{"id": self.ids[name], "outcome": "done"} for name in outcome["done"]],
            }
        )
        day_close.close_meeting(self._id, form, self.context())
        current = self.table.query(f"REGION#{self.event.region}", "ACTION#").items
        by_name = {item["what"]: item["id"] for item in current}
        for name in outcome["opened"]:
            self.ids.setdefault(name, by_name.get(name, ""))

    def _reopened(self) -> None:
        minutes.reopen_meeting(self._id, day_forms.Reopen(reason="A mistake"), self.context())

    def _action_opened(self, owner: str) -> None:
        about = {"what": self.event.about, "who": self.ids[owner], "by": "2040-01-01"}
        form = day_forms.Action.model_validate(about)
        added = day_actions.add_action(self.event.region, form, self.context())
        self.ids[self.event.about] = added.action

    def _action_done(self) -> None:
        day_actions.end_action(self.event.region, self._id, self.context())

    def _action_undone(self) -> None:
        day_actions.undo_end(self.event.region, self._id, self.context())

    # Reflections and surveys

    def _reflected(self, author: str, visibility: Any) -> None:
        form = reflections_model.Reflect(visibility=visibility, **WORDS)
        self.ids[f"author of {self.event.about}"] = self.ids[author]
        by = self.context(self.member(author))
        self.ids[self.event.about] = reflections_service.reflect(form, by, self.seal).id

    def _by_author(self) -> Context[Any]:
        return self.context(self.member(f"author of {self.event.about}"))

    def _reflection_revised(self, visibility: Any) -> None:
        by = self._by_author()
        revisions.begin(self._id, by, self.seal)
        draft = draft_service.review(by, self.seal).draft
        form = reflections_model.Submit(draft=draft, visibility=visibility)
        draft_service.submit(form, by, self.seal)

    def _reflection_withdrawn(self) -> None:
        reflections_service.withdraw(self._id, self._by_author(), self.seal)

    def _reflection_deleted(self) -> None:
        reflections_service.delete(self._id, self._by_author(), self.seal)

    def _group_reflected(self) -> None:
        reflection = reflections_model.Reflection(
            id=new_id(self.now, self.event.region),
            author=group.author(self._id),
            region=self.event.region,
            written_at=self.now,
            words=reflections_model.Words(**WORDS),
            visibility="community",
            meeting=self._id,
            counted=kpi_rows.new_row(Quarter.at(self.now)),
            group=True,
        )
        reflections = Reflections(self.table, self.seal)
        self.table.transact(reflections.insert_group_writes(reflection))

    def _survey_closed(
        self, ballots: tuple[int | None, ...], asks_rating: bool, invited: int
    ) -> None:
        rates = asks_rating and {"satisfaction"}
        sheets = [
            {"satisfaction": rating} if rating and rates else {"helps": "yes"} for rating in ballots
        ]
        run_survey(
            self.now.replace(day=1),
            sheets,
            [SATISFACTION, HELPS] if asks_rating else [HELPS],
            self.table,
            region=self.event.region,
            people=tuple(f"x{number}" for number in range(invited)),
            closes_at=self.now,
        )


def _person(role: str) -> dict[str, Any]:
    """Nobody has a namesake here: a name stands for nothing."""
    other = {"role_other": "Peer worker"} if role == "other" else {}
    return {"name": "Sinéad Ní Dhomhnaill", "role": role, **other}
