"""Stored data as it lay before addresses were keyed and members had aliases."""

from comhar import address_digests
from comhar.aws.conditions import Delete, Put, Update
from comhar.aws.dynamodb import Table
from comhar.membership import claims
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.tokens import digest


def store_as_before_keys(member: Member, table: Table) -> None:
    """Puts a member's claim back under the plain digest of the address as typed, and takes the alias away."""
    keyed = [claims.claim_key(each) for each in address_digests.claim_digests(member.email)]
    found = table.batch_get(keyed)
    own = [
        Delete(key)
        for key, each in zip(keyed, found, strict=True)
        if each and each["member"] == member.id
    ]
    pk, sk = claims.claim_key(digest(member.email))
    table.transact([*own, Put({"pk": pk, "sk": sk, "member": member.id})])
    row = membership_repository.row_key(str(member.region), member.id)
    table.transact(
        [
            Update(membership_repository.key(member.id), remove=["alias"]),
            Update(row, remove=["alias"]),
            Delete(membership_repository.alias_key(member.audit_id)),
        ],
    )


def items_with_plain_digests(items: list[str], *emails: str) -> list[str]:
    """Those of the stored items, as text, that hold a plain digest of one of the addresses."""
    known = {digest(each) for each in emails}
    return [item for item in items if any(each in item for each in known)]
