"""Prints template.yaml as CloudFormation sees it, after SAM's transformation, as JSON.

`sam validate` looks at the template before it, and so misses what only appears then: roles, routes,
permissions. Runs in `.sam-venv`, without AWS: python tests/support/transform.py template.yaml
"""

import json
import sys
from pathlib import Path

from boto3.session import Session
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

WHAT_SAM_ADDS = (
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaDynamoDBExecutionRole",
    "AWSXrayWriteOnlyAccess",
)


def main(path: str) -> None:
    template = yaml_parse(Path(path).read_text("utf-8"))
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):  # the transformation knows no local folders
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = {"Bucket": "built", "Key": "built.zip"}
    policies = {
        each.rpartition("/")[2]: f"arn:aws:iam::aws:policy/{each}" for each in WHAT_SAM_ADDS
    }
    translator = Translator(None, Parser(), boto_session=Session(region_name="eu-west-1"))
    made = translator.translate(
        template, parameter_values={}, get_managed_policy_map=lambda: policies
    )
    json.dump(made, sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
