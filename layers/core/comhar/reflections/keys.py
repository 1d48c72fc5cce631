"""Where the items of reflections lie; their texts are sealed."""

from comhar.aws.conditions import Key


def own_key(member_id: str, reflection_id: str) -> Key:
    return f"MEMBER#{member_id}", f"REFLECTION#{reflection_id}"


def shared_key(region: str, reflection_id: str) -> Key:
    return f"REGION#{region}", f"REFLECTION#{reflection_id}"


def version_key(member_id: str, reflection_id: str, version: int) -> Key:
    """Where an earlier version lies, for its author."""
    return f"MEMBER#{member_id}", f"VERSION#{reflection_id}#{version:05d}"


def draft_key(member_id: str) -> Key:
    """Where a draft waits, if there is one."""
    return f"MEMBER#{member_id}", "DRAFT#reflection"


def group_key(meeting_id: str) -> Key:
    """Where a group's draft waits, and what says that it was shared."""
    return f"GROUP#{meeting_id}", "REFLECTION"


def addition_key(reflection_id: str, addition_id: str) -> Key:
    """Where a member's addition to a shared reflection lies."""
    return f"REFLECTION#{reflection_id}", f"ADDITION#{addition_id}"


def own_addition_key(member_id: str, reflection_id: str, addition_id: str) -> Key:
    """Where it says that a member has an addition; nothing is written there."""
    return f"MEMBER#{member_id}", f"ADDITION#{reflection_id}#{addition_id}"


def tally_key(author_id: str, region: str, quarter: str) -> Key:
    """Where an author's rows that count in a quarter are listed."""
    return f"MEMBER#{author_id}", f"TALLY#{region}#{quarter}"
