#!/usr/bin/env bash
# Powertools' resolver for HTTP APIs brings in the resolvers of every other service, and asyncio with them.
#
# One would guess: importing APIGatewayHttpResolver, from its own module even, loads what an HTTP API needs.
# Seen: the package's __init__ imports the resolvers of AppSync, AppSync events, Bedrock agents and VPC Lattice
#   too; AppSync's import asyncio, ssl and the rest of it, which a function behind an HTTP API never uses.
# Versions: aws-lambda-powertools 3.37.0, pydantic 2.14.3, Python 3.13. Date: 2026-12-02.
# Why it matters to us: it is a part of every cold start (some 20 ms of CPU of the first page's 270) that no
#   choice of import takes away; what we can leave out (boto3, email_validator, other topics) we import late.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check aws-lambda-powertools==3.37.0 pydantic==2.14.3
venv/bin/python - <<'PYTHON'
import sys
from importlib.metadata import version

assert "asyncio" not in sys.modules
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver  # noqa

ours = "aws_lambda_powertools.event_handler."
others = sorted(name.removeprefix(ours) for name in sys.modules if name.startswith(ours) and name.count(".") == 2)
print("aws-lambda-powertools", version("aws-lambda-powertools"), "asyncio" in sys.modules, others)
assert "asyncio" in sys.modules
assert {"appsync", "bedrock_agent", "vpc_lattice"} <= {*others}, others
PYTHON
