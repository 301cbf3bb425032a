"""An AWS account on this machine: the pinned emulator package, started, mended and deployed to."""

from local.emulator.deploy import deploy
from local.emulator.errors import DeploymentError, EmulatorError
from local.emulator.process import Emulator
from local.emulator.settings import ServerSettings

__all__ = ["DeploymentError", "Emulator", "EmulatorError", "ServerSettings", "deploy"]
