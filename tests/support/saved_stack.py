"""A data folder as an earlier version of the product left it, for a stack of today's to go on with.

`tests/data/saved-by-4eaaf99.tar.xz` was saved by a stack of commit 4eaaf99 that was killed at 10:00 on
Thursday 8 April 2027. It was driven over HTTP, by `tests/support/stack.py` of that commit, from 1
February on:

- South West: Aoife and Bríd, co-chairs for 6 months; Cian, Dara (who has changed address), Eimear (who
  has asked to), Fergus (who has asked to be erased, and not confirmed it), `grainne+cop@hse.ie`, Hugh
  and Oscar, whose addresses fold to one mailbox, Pól, who was invited; Máire, who left; Nuala, whose
  erasure can still be undone. Mid West: Iona and Jack, co-chairs for 12 months; Úna, whom the office
  entered; Kate, who waits; Liam, who was declined. Tara is invited, Quinn has begun to sign up, Rory's
  letter waits because SES refused it.
- The first meeting (11 March), with a facilitator, an item, needs, two actions, a group's reflection
  that was shared and added to. Its feedback survey, with seven answers in words, is closed. A survey of
  needs is open, with three of ten answers. A meeting on 10 June; in the Mid West a poll.
- Cian's reflections: private, counted, shared; Bríd's draft. Three mails to the office: from Cian, from
  `cian+phone@hse.ie`, from a stranger. The KPI report of 2027-Q1.

`tests/data/saved-by-07107ac.tar.xz` is the demo of commit 07107ac with `--members 36 --quarters 2`, at 10:00
on Thursday 1 July 2027: six communities, 20 meetings, 27 actions of which many are done, a poll, surveys,
reflections of every kind, people who left, moved or were erased. Everything lies where it lay before answers,
votes, done actions, people and what the KPI report counts got places of their own.

Kept are DynamoDB's file, the clock, KMS's key, the buckets and `saved.json`: who is who, the paths of
links that were in letters, unused, and sessions.
"""

import json
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

from local.clock import Clock
from tests.support.stack import ROOT, Stack


class SavedStack(Stack):
    """A stack over a copy of the folder, at the moment at which it was saved."""

    def __init__(self, data: Path, saved_by: str = "4eaaf99", **settings: str) -> None:
        with tarfile.open(ROOT / f"tests/data/saved-by-{saved_by}.tar.xz") as archive:
            archive.extractall(data, filter="data")
        self.saved: dict[str, Any] = json.loads((data / "saved.json").read_text())
        self.links: dict[str, str] = self.saved["links"]
        Clock(data / "clock").run(datetime.fromisoformat(self.saved["saved_at"]))
        super().__init__(data, **settings)

    def id_of(self, name: str) -> str:
        return str(self.saved["members"][name]["id"])

    def email_of(self, name: str) -> str:
        return str(self.saved["members"][name]["email"])
