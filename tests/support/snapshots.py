"""Puts a cloud back to where it stood, so that what takes long to build is built once a module.

A fixture that is `built_once` stands on those built before it, the first of them on the emptied cloud. When
it is asked for again after the same ones, all that is there is put back as the fixture left it, and what
it returned is returned again: no test may change that. A fixture with parameters must not use it, and none
that changes the cloud without it may come between two that do.
"""

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends

from comhar.membership.model import Member
from local.template import REGION
from tests.support.cloud import Cloud, forget
from tests.support.table_rows import Rows


@dataclass
class Snapshot:
    """All that was there, and what the fixture returned that left it so. Files are changed in place, so
    they are held as bytes; items and letters never change."""

    returned: Any
    tables: dict[str, Rows]
    files: bytes
    sent: list[Any]
    people: list[Member]
    now: datetime
    letters_read: int


def empty(cloud: Cloud) -> Cloud:
    """The same cloud, with nothing in it."""
    cloud.stands = ()
    _restore(cloud, cloud.moments[()])
    return cloud


def take_snapshot(cloud: Cloud, returned: Any = None) -> None:
    """Remembers the cloud as it is now, by the fixtures that it stands on."""
    files = {name: dict(bucket.keys.lists()) for name, bucket in _buckets().items()}
    cloud.moments[cloud.stands] = Snapshot(
        returned,
        cloud.fake_aws.memory.copy(),
        pickle.dumps(files),
        [*ses_backends[ACCOUNT][REGION].sent_messages],
        [*cloud.people],
        cloud.now,
        cloud.letters_read,
    )


def built_once[**P, T](build: Callable[P, T]) -> Callable[P, T]:
    """For a fixture that asks for a cloud, or for something that has one."""

    @functools.wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> T:
        [cloud, *_] = {id(each): each for each in map(_cloud, kwargs.values()) if each}.values()
        cloud.stands += (f"{build.__module__}.{build.__qualname__}",)
        if cloud.stands in cloud.moments:
            _restore(cloud, cloud.moments[cloud.stands])
        else:
            take_snapshot(cloud, build(*args, **kwargs))
        returned: T = cloud.moments[cloud.stands].returned
        return returned

    return built


def _restore(cloud: Cloud, moment: Snapshot) -> None:
    cloud.fake_aws.memory.put_back(moment.tables)
    files = pickle.loads(moment.files)
    for name, bucket in _buckets().items():
        for key in [*bucket.keys]:
            bucket.keys.pop(key)
        for key, versions in files[name].items():
            bucket.keys.setlist(key, versions)
    ses_backends[ACCOUNT][REGION].sent_messages = [*moment.sent]
    cloud.people = [*moment.people]
    cloud.now = moment.now
    cloud.letters_read = moment.letters_read
    forget()


def _cloud(given: Any) -> Cloud | None:
    found = getattr(given, "cloud", given)
    return found if isinstance(found, Cloud) else None


def _buckets() -> dict[str, Any]:
    return s3_backends[ACCOUNT]["aws"].buckets
