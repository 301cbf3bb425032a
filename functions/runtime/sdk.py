"""The session of boto3 of which a Lambda's clients are made."""

import os
from pathlib import Path

import boto3
import botocore.session
from botocore.loaders import Loader


class FolderLoader(Loader):
    """Takes every folder of botocore's data for a service.

    botocore's own looks into each of its four hundred folders for one kind of file, and does so anew for three kinds
    until a client of DynamoDB is there: half of the processor time that the client takes.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 (botocore gives it)
        """The names, of which botocore only asks whether one is among them."""
        folders = filter(os.path.isdir, self.search_paths)
        return sorted({entry.name for folder in folders for entry in Path(folder).iterdir()})


def sdk_session() -> boto3.Session:
    """A session of the SDK's own settings, credentials and descriptions of services."""
    core = botocore.session.get_session()
    core.register_component("data_loader", FolderLoader())
    return boto3.Session(botocore_session=core)
