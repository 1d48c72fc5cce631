"""Owns where reflections lie, and what was added to them."""

from comhar.aws.conditions import Key


def own_key(member_id: str, reflection_id: str) -> Key:
    return f"MEMBER#{member_id}", f"REFLECTION#{reflection_id}"


def shared_key(region: str, reflection_id: str) -> Key:
    return f"REGION#{region}", f"REFLECTION#{reflection_id}"


def addition_key(reflection_id: str, addition_id: str) -> Key:
    """Where a member's addition to a shared reflection lies; its text is sealed."""
    return f"REFLECTION#{reflection_id}", f"ADDITION#{addition_id}"


def own_addition_key(member_id: str, reflection_id: str, addition_id: str) -> Key:
    return f"MEMBER#{member_id}", f"ADDITION#{reflection_id}#{addition_id}"


def version_key(member_id: str, reflection_id: str, version: int) -> Key:
    """Where an earlier version lies, for its author."""
    return f"MEMBER#{member_id}", f"VERSION#{reflection_id}#{version:05d}"


def draft_key(member_id: str) -> Key:
    """Where a draft waits, if there is one; its texts are sealed."""
    return f"MEMBER#{member_id}", "DRAFT#reflection"
