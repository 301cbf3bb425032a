"""The base of every JSON document that crosses the `/_simulator` border: camelCase outside, strict about
unknown fields.
"""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Document(BaseModel):
    """Frozen; a misspelt field is an error and not a setting that silently does nothing."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)
