"""Terms of reference: their sections, who signs them, and while they are approved."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar.communities.model import add_months
from comhar.dates.working_days import issue_instant
from comhar.errors import Conflict, NotYours, changed_by_other
from comhar.membership.model import Member

Status = Literal["draft", "submitted", "approved", "changed"]
PERIOD_MONTHS = 12  # by default
RENEWAL = timedelta(weeks=4)  # before the end: the reminder, and from when they can be sent again
OFFICE = "office"


class TermsChanged(Conflict):
    """Others changed the same section.

    `more` has the sections that both changed, with both texts; `form` all, to show again.
    """

    title = changed_by_other("the terms of reference")
    next = "Both texts are below. Choose one of them, or put them together, then save again."


class SignedTextChanged(Conflict):
    title = "The text was changed after you opened it."
    next = "Read it again. The co-chairs send it for approval when it is ready."


class NoCoChairs(Conflict):
    title = "This community needs co-chairs before anyone can sign for it."
    next = "Choose co-chairs first. One is enough."


class TermsSubmitted(Conflict):
    title = "The terms were sent for approval already."
    next = "Open the page: it lists whose signature is missing."


class TermsApproved(Conflict):
    title = "The terms are approved already."
    next = (
        "They can be sent for approval again four weeks before they end, or when a section changes."
    )


class NotSubmitted(Conflict):
    title = "The terms are not waiting for signatures."
    next = "A co-chair sends them for approval first."


class EditorsOnly(NotYours):
    title = "Only co-chairs and confirmed members of this community can change its terms."


class SubmittersOnly(NotYours):
    title = "Only a co-chair of this community can send its terms for approval."
    next = "If there are no co-chairs, the members choose them first. One is enough."


class SignersOnly(NotYours):
    title = "You are not asked to sign these terms."


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Signature(Frozen):
    """`person` is the id of who signed; `role` is `co_chair` or `office`."""

    person: str
    name: str
    title: str
    signed_on: date
    role: Literal["co_chair", "office"]


class Approval(Frozen):
    """An approval, from a day on, up to but without `until`.

    Or up to `ended_on`, when a section was changed."""

    approved_on: date
    until: date
    ended_on: date | None = None

    def is_in_force_on(self, day: date) -> bool:
        return self.approved_on <= day < min(self.until, self.ended_on or self.until)


class Head(Frozen):
    """How the terms stand, without their text.

    `approvers` are the ids of who was co-chair at submission. `version` is the number of the last approved
    text. `lock` counts every write of head or text, `revision` the changes of what is signed.
    """

    region: str
    status: Status = "draft"
    revision: int = 0
    lock: int = 0
    period_months: int = PERIOD_MONTHS
    approvers: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    approvals: tuple[Approval, ...] = ()
    version: int = 0
    submitted_on: date | None = None  # in Dublin; not of what an earlier version stored
    reminded: date | None = None

    @property
    def approval(self) -> Approval | None:
        return self.approvals[-1] if self.approvals else None

    def is_approved_on(self, day: date) -> bool:
        return any(approval.is_in_force_on(day) for approval in self.approvals)

    def may_renew_on(self, day: date) -> bool:
        """Whether approved terms can be sent for approval again."""
        return self.approval is not None and day >= self.approval.until - RENEWAL

    def list_missing(self, chairs: Iterable[str]) -> list[str]:
        """Whose signatures are missing: ids, and `office`.

        Who stopped being co-chair since the submission need not sign any more. If they all did before one of
        them signed, the co-chairs there are now sign.
        """
        if self.status != "submitted":
            return []
        leading = list(chairs)
        signed = {each.person for each in self.signatures if each.role == "co_chair"}
        left_all = not signed.intersection(self.approvers) and not set(leading) & set(
            self.approvers
        )
        needed = leading if left_all else [each for each in self.approvers if each in leading]
        missing = [each for each in needed if each not in signed]
        if left_all and not leading:
            missing = ["co_chair"]
        office_signed = any(each.role == OFFICE for each in self.signatures)
        return missing if office_signed else [*missing, OFFICE]

    @property
    def waits_for_office(self) -> bool:
        """Whether the office's signature is missing."""
        return self.status == "submitted" and all(each.role != OFFICE for each in self.signatures)


def may_edit(user: Member, region: str) -> bool:
    """Co-chairs and confirmed members; the office reads and signs."""
    if user.office:
        return False
    return user.may_chair(region) or (user.active and user.confirmed and user.region == region)


def change(head: Head, today: date, *, same_meaning: bool) -> Head:
    """The head once the text has changed: any change of meaning ends what was signed."""
    after = head.model_copy(update={"revision": head.revision + 1, "lock": head.lock + 1})
    if head.status == "approved" and same_meaning:
        return after
    approvals = head.approvals
    if head.is_approved_on(today) and head.approval:
        ended = head.approval.model_copy(update={"ended_on": today})
        approvals = (*head.approvals[:-1], ended)
    status: Status = "changed" if head.version else "draft"
    changes = {"status": status, "approvals": approvals, "approvers": (), "signatures": ()}
    return after.model_copy(update=changes)


def submit(head: Head, chairs: list[str], today: date) -> Head:
    """The head once the terms are sent for approval to these co-chairs and the office.

    Sent again after one of those asked stopped being co-chair, what was signed stays signed.

    Raises:
        NoCoChairs: there are none.
        TermsSubmitted: these were asked already.
        TermsApproved: they are approved, and not near their end.
    """
    if not chairs:
        raise NoCoChairs
    if head.status == "submitted" and set(head.approvers) == set(chairs):
        raise TermsSubmitted
    if head.status == "approved" and not head.may_renew_on(today):
        raise TermsApproved
    signatures = head.signatures if head.status == "submitted" else ()
    changes: dict[str, Any] = {"status": "submitted", "approvers": tuple(chairs)}
    changes |= {"signatures": signatures, "submitted_on": today}
    return head.model_copy(update={**changes, "lock": head.lock + 1})


def sign(head: Head, user: Member, chairs: list[str], name: str, title: str, today: date) -> Head:
    """The head with one signature more; the same object where the user signed already.

    Raises:
        NotSubmitted: they do not wait for signatures.
        SignersOnly: this user is not asked.
    """
    if head.status != "submitted":
        raise NotSubmitted
    role: Literal["co_chair", "office"] = "office" if user.office else "co_chair"
    if any(each.person == user.id or each.role == role == "office" for each in head.signatures):
        return head
    if (OFFICE if user.office else user.id) not in head.list_missing(chairs):
        raise SignersOnly
    signature = Signature(person=user.id, name=name, title=title, signed_on=today, role=role)
    signatures = (*head.signatures, signature)
    return head.model_copy(update={"signatures": signatures, "lock": head.lock + 1})


def approve(head: Head, today: date) -> Head:
    """The head once all have signed: approved from today (Dublin) on."""
    approvals = tuple(
        each.model_copy(update={"ended_on": today}) if each.is_in_force_on(today) else each
        for each in head.approvals
    )
    new = Approval(approved_on=today, until=add_months(today, head.period_months))
    changes = {"status": "approved", "approvals": (*approvals, new), "version": head.version + 1}
    return head.model_copy(update={**changes, "lock": head.lock + 1})


def next_due_at(head: Head, now: datetime, today: date) -> datetime | None:
    """When the work on the terms is due next: a morning (09:00 Dublin), or None.

    Each morning while they wait for signatures, and four weeks before they end.
    """
    moments = [issue_instant(today + timedelta(days=1))] if head.status == "submitted" else []
    if head.is_approved_on(today) and head.approval:
        moments.append(issue_instant(head.approval.until - RENEWAL))
    return min((at for at in moments if at > now), default=None)


def is_reminder_due(head: Head, today: date) -> bool:
    """Whether co-chairs and office are to be told that the approval ends soon."""
    approval = head.approval
    if approval is None or not head.is_approved_on(today):
        return False
    return today >= approval.until - RENEWAL and head.reminded != approval.until


def summary(item: Mapping[str, Any] | None, today: date) -> dict[str, Any]:
    """What other pages say of the terms, from the stored head item or None.

    `status`, whether they are `approved` today, `version`, and `until` when they hold.
    """
    head = Head.model_validate(item) if item else Head(region="")
    approved = head.is_approved_on(today)
    until = head.approval.until.isoformat() if head.approval and approved else None
    return {
        "status": head.status,
        "approved": approved,
        "version": head.version,
        "until": until,
        "begun": item is not None,
    }
