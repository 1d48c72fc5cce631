"""Responses: terms of reference, their versions, and what changed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from comhar.aws.conditions import Item
from comhar.communities.model import Community
from comhar.fields import View
from comhar.membership.model import Member
from comhar.terms_of_reference import model, sections
from comhar.terms_of_reference.model import Head, Signature
from comhar.terms_of_reference.sections import Text
from comhar.text_merge import word_differences


class Waiting(View):
    """Whose signature is missing, with the name where it may be seen."""

    by: str
    name: str | None = None


class Terms(View):
    """`sample` says that nobody has saved any; `outline` is the order.

    `approved_on` and `until` are of the last approval; `approved` says whether it holds today.
    """

    region: str
    status: str
    sections: dict[str, str]
    period_months: int
    revision: int
    signatures: list[dict[str, str | None]]
    waiting_for: list[Waiting]
    approved: bool
    approved_on: str | None = None
    until: str | None = None
    ended_on: str | None = None
    expired: bool = False
    version: int
    sample: bool
    hidden: bool
    may_edit: bool
    may_submit: bool
    may_sign: bool
    outline: list[dict[str, str]]


class TermsSaved(View):
    """`changed` names the sections saved, `merged` those that others changed."""

    region: str
    revision: int
    status: str
    changed: list[str]
    merged: list[str]


class TermsSubmitted(View):
    region: str
    status: str
    waiting_for: int


class TermsSigned(View):
    region: str
    status: str
    approved_on: str | None = None
    until: str | None = None


class Correction(View):
    """A change that was saved as no change of meaning, with both texts and word by word."""

    name: str | None = None
    at: str
    sections: list[dict[str, Any]]


class Versions(View):
    """`corrections` are those of the newest version."""

    region: str
    versions: list[dict[str, Any]]
    corrections: list[Correction]
    outline: list[dict[str, str]]


class Version(View):
    """One version whole; `changes` has each section's parts that differ."""

    region: str
    number: int
    sections: dict[str, str]
    signatures: list[dict[str, str | None]]
    approved_on: str
    until: str
    ended_on: str | None = None
    changes: dict[str, list[dict[str, str]]]
    corrections: list[Correction]
    outline: list[dict[str, str]]


class Annex(View):
    """The people of the community as they are today, and when it meets next."""

    members: list[dict[str, str | None]]
    meetings: list[str]


class PrintedTerms(Terms):
    """With the `annex`, where it was asked for."""

    annex: Annex | None = None


def signatures(signed: tuple[Signature, ...], *, named: bool) -> list[dict[str, str | None]]:
    """Each signature; `named` says whether names may be seen."""
    return [
        {
            "name": each.name if named else None,
            "title": (each.title or None) if named else None,
            "signed_on": each.signed_on.isoformat(),
            "for": each.role,
        }
        for each in signed
    ]


def terms(
    head: Head, text: Text, community: Community, user: Member, today: date
) -> dict[str, Any]:
    """The fields of `Terms`, as this user may see them."""
    named = sees_names(user)
    leading = {chair["id"]: chair["name"] for chair in community.chairs}
    missing = head.list_missing(leading)
    approval = head.approval
    signed_office = any(each.role == "office" for each in head.signatures)
    own = model.OFFICE if user.office else user.id
    return {
        "region": head.region,
        "status": head.status,
        "sections": text.sections,
        "period_months": head.period_months,
        "revision": head.revision,
        "signatures": signatures(head.signatures, named=named),
        "waiting_for": [
            Waiting(
                by="office" if each == model.OFFICE else "co_chair",
                name=leading.get(each) if named else None,
            )
            for each in missing
        ],
        "approved": head.is_approved_on(today),
        "approved_on": approval.approved_on.isoformat() if approval else None,
        "until": approval.until.isoformat() if approval else None,
        "ended_on": approval.ended_on.isoformat() if approval and approval.ended_on else None,
        "expired": bool(head.status == "approved" and approval and today >= approval.until),
        "version": head.version,
        "sample": head.revision == 0,
        "hidden": not named,
        "may_edit": model.may_edit(user, head.region),
        "may_submit": user.id in leading and may_submit(head, list(leading), today),
        "may_sign": own in missing and not (user.office and signed_office),
        "outline": [dict(each) for each in sections.outline()],
    }


def may_submit(head: Head, chairs: list[str], today: date) -> bool:
    """Whether sending the terms for approval would do something now."""
    if head.status == "submitted":
        return set(head.approvers) != set(chairs)
    return head.status != "approved" or head.may_renew_on(today)


def sees_names(user: Member) -> bool:
    return user.confirmed or user.office


def correction(item: Item, *, named: bool) -> Correction:
    sections = [
        {**each, "changes": [asdict(p) for p in word_differences(each["before"], each["after"])]}
        for each in item["sections"]
    ]
    return Correction(name=item["name"] if named else None, at=item["at"], sections=sections)


def versions(head: Head, corrections: list[Item], user: Member) -> Versions:
    """The approvals that the head lists, each of a version."""
    rows = [
        {"number": number, **approval.model_dump(mode="json")}
        for number, approval in enumerate(head.approvals, start=1)
    ]
    named = sees_names(user)
    return Versions(
        region=head.region,
        versions=rows[::-1],
        corrections=[correction(each, named=named) for each in corrections],
        outline=[dict(each) for each in sections.outline()],
    )


def version(
    head: Head, item: Item, before: Item | None, corrections: list[Item], user: Member
) -> Version:
    """One version, with what changed since the one before."""
    approval = dict(enumerate(head.approvals, start=1)).get(int(item["number"]))
    ended_on = approval.ended_on if approval else None
    named = sees_names(user)
    number, region = int(item["number"]), item["pk"].partition("#")[2]
    signed = tuple(Signature.model_validate(each) for each in item["signatures"])
    old: Mapping[str, str] = before["sections"] if before else {}
    changes = {
        name: [asdict(piece) for piece in word_differences(old[name], words)]
        for name, words in item["sections"].items()
        if name in old and old[name] != words
    }
    return Version(
        region=region,
        number=number,
        sections=item["sections"],
        signatures=signatures(signed, named=named),
        approved_on=item["approved_on"],
        until=item["until"],
        ended_on=ended_on.isoformat() if ended_on else None,
        changes=changes,
        corrections=[correction(each, named=named) for each in corrections],
        outline=[dict(each) for each in sections.outline()],
    )
