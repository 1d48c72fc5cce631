"""How large the proofs are, and over which tables: small and in memory, or full for `make proof`.

A small one still has what a broken rule needs to be found: several at once, kills before and after a call.
"""

import os

PROOF = "PROOF" in os.environ
OVER_DYNOXIDE = os.environ.get("TABLES") == "dynoxide"


def sized(small: int, full: int) -> int:
    return full if PROOF else small
