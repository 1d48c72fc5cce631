"""Items as models."""

from typing import Any

from pydantic import BaseModel

from comhar.aws.conditions import Item


def load[Model: BaseModel](model: type[Model], item: Item, **converted: Any) -> Model:
    """The model of an item's attributes that are its fields; one that is absent takes its default.

    `converted` are fields that are stored otherwise, instants for one.
    """
    held = {name: item[name] for name in model.model_fields if item.get(name) is not None}
    return model(**held | converted)
