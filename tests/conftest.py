"""What the tests of several folders share."""

from hypothesis import settings

pytest_plugins = ["tests.support.stack", "tests.support.dynamo"]

settings.register_profile("patient", deadline=None)  # a busy machine is no mistake of ours
settings.load_profile("patient")
