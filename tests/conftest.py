"""The fixtures that tests of several folders share."""

pytest_plugins = ["tests.support.stack", "tests.support.dynamo"]
